import type { Locator, Page } from 'playwright-core';

/** The box at the top of the window: the palette, input boxes and quick picks. */
export class QuickInput {
    readonly element: Locator;

    constructor(private readonly page: Page) {
        this.element = page.locator('.quick-input-widget');
    }

    private get input(): Locator {
        return this.element
            .locator('.quick-input-filter input, .quick-input-box input')
            .filter({ visible: true })
            .first();
    }

    /** Waits for the box whose title, prompt or placeholder has this text. */
    async waitFor(text?: string | RegExp): Promise<void> {
        await this.input.waitFor();
        if (text === undefined) return;
        const shown = this.element
            .filter({ hasText: text })
            .or(this.element.filter({ has: this.page.getByPlaceholder(text) }));
        await shown.first().waitFor();
    }

    async type(text: string): Promise<void> {
        await this.input.fill(text);
    }

    async value(): Promise<string> {
        return this.input.inputValue();
    }

    /** Answers an input box. */
    async answer(text: string): Promise<void> {
        await this.type(text);
        await this.input.press('Enter');
    }

    /** An entry of a quick pick by its label, or by any of its texts. */
    item(text: string | RegExp): Locator {
        // What a screen reader says: a row can have hidden texts of another list that it was in before.
        const row = this.element.locator('.quick-input-list .monaco-list-row');
        return row.and(this.page.getByLabel(text)).first();
    }

    async pick(text: string | RegExp): Promise<void> {
        await this.item(text).click();
    }

    /** Ticks an entry of a quick pick that takes several. */
    async tick(text: string | RegExp): Promise<void> {
        await this.item(text).getByRole('checkbox').click();
    }

    async accept(): Promise<void> {
        await this.input.press('Enter');
    }

    async cancel(): Promise<void> {
        await this.input.press('Escape');
        await this.waitForClose();
    }

    async waitForClose(): Promise<void> {
        await this.element.waitFor({ state: 'hidden' });
    }

    /** The labels of the entries in view. */
    async labels(): Promise<string[]> {
        await this.element.locator('.quick-input-list .monaco-list-row').first().waitFor();
        const labels = await this.element
            .locator('.quick-input-list .quick-input-list-row:first-child .label-name')
            .allInnerTexts();
        return labels;
    }
}
