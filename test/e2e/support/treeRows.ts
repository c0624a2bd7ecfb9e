import type { Locator, Page } from 'playwright-core';

export interface RowText {
    readonly label: string;
    readonly description: string;
    /** What a screen reader says, the hover of a decoration included. */
    readonly ariaLabel: string;
}

/**
 * The rows of one of VS Code's trees: the Explorer or an extension's view.
 * Only rows that are scrolled into view exist in the page: a long tree needs a tall viewport.
 */
export class TreeRows {
    readonly element: Locator;

    constructor(
        private readonly page: Page,
        private readonly selector: string,
    ) {
        this.element = page.locator(selector);
    }

    /** The first row of that label, and with that text when it is given: waiting for it waits for the change. */
    row(label: string | RegExp, text?: string | RegExp): Locator {
        const named = this.element
            .getByRole('treeitem')
            .filter({ has: this.page.locator('.label-name').getByText(label, { exact: true }) });
        return (text === undefined ? named : named.filter({ hasText: text })).first();
    }

    async waitFor(label: string | RegExp, text?: string | RegExp): Promise<void> {
        await this.row(label, text).waitFor();
    }

    async waitForNo(label: string | RegExp, text?: string | RegExp): Promise<void> {
        await this.row(label, text).waitFor({ state: 'detached' });
    }

    async read(label: string): Promise<RowText> {
        return readRow(this.row(label));
    }

    /** The rows now in view, top to bottom. */
    async readAll(): Promise<RowText[]> {
        const rows = await this.element.getByRole('treeitem').all();
        return Promise.all(rows.map(readRow));
    }

    async expand(label: string): Promise<void> {
        const row = this.row(label);
        if ((await row.getAttribute('aria-expanded')) === 'true') return;
        await row.click();
        await row.and(this.page.locator('[aria-expanded="true"]')).waitFor();
    }

    /** Selects several rows with the control key. */
    async select(first: string | RegExp, ...others: readonly (string | RegExp)[]): Promise<void> {
        await this.row(first).click();
        for (const other of others) await this.row(other).click({ modifiers: ['ControlOrMeta'] });
    }

    async openContextMenu(label: string | RegExp): Promise<Locator> {
        await this.row(label).click({ button: 'right' });
        const menu = this.page.getByRole('menu').filter({ visible: true }).last();
        await menu.waitFor();
        return menu;
    }

    async pickFromContextMenu(label: string | RegExp, entry: string | RegExp): Promise<void> {
        const menu = await this.openContextMenu(label);
        // By key, since a menu ignores clicks for a moment after it opened. The pointer chooses the entry, perhaps not at once.
        await entryOf(menu, entry).hover();
        await entryOf(menu.locator('.action-item.focused'), entry).waitFor();
        await this.page.keyboard.press('Enter');
        await menu.waitFor({ state: 'hidden' });
    }

    /** The buttons that a row shows when the pointer is on it. */
    async clickInlineButton(label: string | RegExp, name: string | RegExp): Promise<void> {
        const row = this.row(label);
        await row.hover();
        await row.getByRole('button', { name }).click();
    }

    /** A decoration's badge: VS Code draws it with a style sheet, so no text in the page holds it. */
    async badge(label: string): Promise<string> {
        return this.row(label).locator('.monaco-icon-label').evaluate(badgeOf);
    }

    async waitForBadge(label: string, badge: string): Promise<void> {
        // The row is looked up each time: a tree draws a changed row as a new element.
        await this.page.waitForFunction(
            ({ rows, label: name, badge: wanted }) =>
                [...document.querySelectorAll(rows)].some((row) => {
                    const icon = row.querySelector('.monaco-icon-label');
                    if (icon === null || row.querySelector('.label-name')?.textContent !== name) return false;
                    const { content } = getComputedStyle(icon, '::after');
                    return (content === 'none' || content === 'normal' ? '' : content.replaceAll('"', '')) === wanted;
                }),
            { rows: `${this.selector} [role="treeitem"]`, label, badge },
        );
    }
}

/** An entry of a menu, by its label: the keys that run it stand behind that. */
function entryOf(menu: Locator, label: string | RegExp): Locator {
    return menu.locator('.action-label').getByText(label, { exact: true });
}

/** The labels of a menu, without the keys that run its entries. */
export async function entriesOf(menu: Locator): Promise<string[]> {
    const labels = await menu.locator('.action-label').allInnerTexts();
    return labels.map((label) => label.trim()).filter((label) => label !== '');
}

async function readRow(row: Locator): Promise<RowText> {
    return row.evaluate((element) => ({
        label: element.querySelector('.label-name')?.textContent ?? '',
        description: element.querySelector('.label-description')?.textContent ?? '',
        ariaLabel: element.getAttribute('aria-label') ?? '',
    }));
}

function badgeOf(element: Element): string {
    const { content } = getComputedStyle(element, '::after');
    return content === 'none' || content === 'normal' ? '' : content.replaceAll('"', '');
}
