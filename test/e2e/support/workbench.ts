import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { screenshots } from '../../support/watchdog';
import { PacedWatch, scaled } from '../../support/pace';
import { noPicturesVariable } from '../../support/runSuites';
import { QuickInput } from './quickInput';
import { TreeRows } from './treeRows';

/** Themes by the name in the settings, the one in the list, and the style class that shows it is on. */
export const themes = {
    dark: { name: 'Dark Modern', label: 'Dark Modern', sheet: 'dark_modern' },
    light: { name: 'Light Modern', label: 'Light Modern', sheet: 'light_modern' },
    highContrast: { name: 'Default High Contrast', label: 'Dark High Contrast', sheet: 'themes-hc_black' },
    highContrastLight: { name: 'Default High Contrast Light', label: 'Light High Contrast', sheet: 'themes-hc_light' },
} as const;

export type Theme = keyof typeof themes;

/** A command that every trusted folder has, whatever the state of its repository. */
const COMMAND_OF_TRUST = 'CNC: Choose Repository Folder…';
/** Milliseconds of a quiet machine. */
const LONGEST_LOAD_MS = 60_000;
/** After that a window that shows no folder goes on showing none. */
const WITHOUT_FOLDER_MS = 5000;
const LONGEST_HOVER_MS = 20_000;
const BETWEEN_HOVERS_MS = 3000;

/**
 * VS Code's window as a user sees it. Every wait is for something to be shown, never for time to pass.
 *
 * What the browser does differently from the desktop:
 * - Ctrl+N, Ctrl+T and Ctrl+W belong to the browser: run the command by its title. F1 opens the palette everywhere.
 * - The clipboard needs the permission that the session gives; `readClipboard` reads it through the page.
 * - Native file dialogs do not exist: VS Code shows its own as a quick input, answered by `quickInput.answer(path)`.
 * - A modal dialog covers all else until one of its buttons is clicked.
 * - Leaving the page with unsaved editors asks: close or save them in the test.
 */
export class Workbench {
    readonly quickInput: QuickInput;
    readonly explorer: TreeRows;

    constructor(
        readonly page: Page,
        private theme: Theme,
    ) {
        this.quickInput = new QuickInput(page);
        this.explorer = new TreeRows(page, '.explorer-folders-view');
    }

    /** @param isEmpty the Explorer has no file to show */
    async open(address: string, isEmpty = false): Promise<void> {
        // The first time takes longest: the browser has yet to see all of VS Code's code.
        await this.page.goto(address, { timeout: scaled(LONGEST_LOAD_MS) });
        await this.waitForWindow();
        if (!isEmpty) await this.waitForFiles();
        await this.waitForTheme();
    }

    /**
     * VS Code in a browser at times takes a workspace file for an empty one, where the connection to its disk is made in the same
     * moment. It goes on saying that there is no folder, until the page is loaded again.
     */
    private async waitForFiles(): Promise<void> {
        const file = this.explorer.element.getByRole('treeitem').first();
        const nothing = this.page.locator('.sidebar').getByText('You have not yet added a folder to the workspace');
        for (const watch = new PacedWatch(); ;) {
            try {
                return await file.waitFor({ timeout: scaled(WITHOUT_FOLDER_MS) });
            } catch (error) {
                if (watch.read() > LONGEST_LOAD_MS) throw error;
                if (await nothing.isVisible()) await this.reload();
            }
        }
    }

    /** By VS Code's own command, which first stores what is open: a reload of the page does not wait for that. */
    async reload(): Promise<void> {
        const loaded = this.page.waitForEvent('load', { timeout: scaled(LONGEST_LOAD_MS) });
        await this.runCommand('Developer: Reload Window');
        await loaded;
        await this.waitForWindow();
    }

    private async waitForWindow(): Promise<void> {
        await this.page
            .locator('.monaco-workbench .statusbar-item')
            .first()
            .waitFor({ timeout: scaled(LONGEST_LOAD_MS) });
    }

    /** Opens a view container by its icon in the Activity Bar. */
    async openContainer(name: string): Promise<void> {
        const tab = this.page.locator('.activitybar').getByRole('tab', { name: new RegExp(`^${escape(name)}`) });
        // A second click would close the side bar.
        if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
        await this.page.locator('.sidebar .composite.title').getByText(name, { exact: false }).first().waitFor();
    }

    async openExplorer(): Promise<void> {
        await this.openContainer('Explorer');
        await this.explorer.element.waitFor();
    }

    /** The rows of the Files view. */
    get view(): TreeRows {
        return this.pane('Files');
    }

    /** The rows of the Checked Out view. */
    get checkedOut(): TreeRows {
        return this.pane('Checked Out');
    }

    /** The rows of the History view. */
    get history(): TreeRows {
        return this.pane('History');
    }

    private pane(title: string): TreeRows {
        const pane = `.sidebar .pane:has(.pane-header[aria-label^="${title}"])`;
        return new TreeRows(this.page, `${pane} .customview-tree`);
    }

    /** The text and buttons of a view that is empty. */
    get welcome(): Locator {
        return this.page.locator('.sidebar .welcome-view-content').filter({ visible: true });
    }

    /**
     * The line above the rows of a view. When it comes or goes the rows move, perhaps later than they are drawn: wait for that
     * before a row is clicked, or the pointer may go down on one row and up on another.
     */
    viewMessage(text: string): Locator {
        return this.page.locator('.sidebar').getByText(text).first();
    }

    async clickViewTitleButton(name: string | RegExp): Promise<void> {
        const title = this.page.locator('.sidebar .composite.title, .sidebar .pane-header');
        await title.getByRole('button', { name }).filter({ visible: true }).first().click();
    }

    /** Presses F1 and runs a command by what the palette shows, such as "CNC: Check In". */
    async runCommand(title: string): Promise<void> {
        // With the focus in the page's frame of an editor's webview, F1 would not arrive.
        await this.page.keyboard.press('F1');
        await this.quickInput.type(`>${title}`);
        await this.quickInput.pick(title);
    }

    /**
     * Waits until VS Code offers what needs a trusted folder, which it may draw later than the rows: only the palette
     * tells, and it tells how it was when it was opened.
     */
    async waitUntilTrusted(): Promise<void> {
        // To ask again and again would hold up what is asked for.
        await this.page.locator('.statusbar-item[id*="cncCheckout"]').waitFor({ timeout: scaled(LONGEST_LOAD_MS) });
        for (let isOffered = false; !isOffered;) {
            await this.page.keyboard.press('F1');
            await this.quickInput.type(`>${COMMAND_OF_TRUST}`);
            isOffered = (await this.quickInput.labels()).includes(COMMAND_OF_TRUST);
            await this.quickInput.cancel();
        }
    }

    /** The titles that the palette offers for a text: what is not there cannot be run. */
    async commandsFor(text: string): Promise<string[]> {
        await this.page.keyboard.press('F1');
        await this.quickInput.type(`>${text}`);
        const labels = await this.quickInput.labels();
        await this.quickInput.cancel();
        return labels;
    }

    /** A status bar entry, by a part of its text or of its aria label. */
    statusBarItem(text: string | RegExp): Locator {
        const items = this.page.locator('.statusbar-item');
        return items
            .filter({ hasText: text })
            .or(items.filter({ has: this.page.getByRole('button', { name: text }) }))
            .first();
    }

    async statusBarTexts(): Promise<string[]> {
        const texts = await this.page.locator('.statusbar-item:visible').allInnerTexts();
        return texts.map((text) => text.trim()).filter((text) => text !== '');
    }

    notification(text: string | RegExp): Locator {
        return this.page.locator('.notification-toast .notification-list-item').filter({ hasText: text }).first();
    }

    async notificationTexts(): Promise<string[]> {
        return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
    }

    /** The actions offered with a message, in their order. */
    async notificationButtons(text: string | RegExp): Promise<string[]> {
        const notification = this.notification(text);
        await notification.waitFor();
        return notification.locator('.notification-list-item-buttons-container .monaco-button').allInnerTexts();
    }

    async clickNotificationButton(text: string | RegExp, button: string): Promise<void> {
        await this.notification(text).getByRole('button', { name: button, exact: true }).click();
    }

    async clearNotifications(): Promise<void> {
        await this.runCommand('Notifications: Clear All Notifications');
        await this.page.locator('.notification-toast').first().waitFor({ state: 'detached' });
    }

    /** A modal dialog's button. */
    async clickDialogButton(button: string | RegExp): Promise<void> {
        const dialog = this.page.locator('.monaco-dialog-box');
        await dialog.getByRole('button', { name: button }).click();
        await dialog.waitFor({ state: 'detached' });
    }

    dialog(text: string | RegExp): Locator {
        return this.page.locator('.monaco-dialog-box').filter({ hasText: text });
    }

    editorTab(name: string | RegExp): Locator {
        return this.page.locator('.tabs-container').getByRole('tab', { name }).first();
    }

    /** The hover that is shown now. */
    get hover(): Locator {
        return this.page.locator('.monaco-hover').filter({ visible: true }).last();
    }

    /**
     * Points at something until its hover shows a text: VS Code closes a hover when it redraws what is under the pointer, and
     * opens it again only when the pointer returns.
     */
    async showHover(target: Locator, text: string): Promise<Locator> {
        const shown = this.hover.getByText(text);
        for (const watch = new PacedWatch(); ;) {
            await target.hover();
            try {
                await shown.waitFor({ timeout: scaled(BETWEEN_HOVERS_MS) });
                return this.hover;
            } catch (error) {
                if (watch.read() > LONGEST_HOVER_MS) throw error;
            }
            await this.page.mouse.move(0, 0);
        }
    }

    async readClipboard(): Promise<string> {
        return this.page.evaluate(() => navigator.clipboard.readText());
    }

    /** Changes the theme by its command: the window does not watch the user's settings file. */
    async setTheme(theme: Theme): Promise<void> {
        if (theme === this.theme) return;
        await this.runCommand('Preferences: Color Theme');
        await this.quickInput.waitFor('Select Color Theme');
        await this.quickInput.type(themes[theme].label);
        await this.quickInput.pick(themes[theme].label);
        await this.quickInput.waitForClose();
        this.theme = theme;
        await this.waitForTheme();
    }

    /** The title of the window, which is the one of the browser's tab. */
    async waitForTitle(title: string): Promise<void> {
        await this.page.waitForFunction((wanted) => document.title === wanted, title);
    }

    private async waitForTheme(): Promise<void> {
        await this.page.locator(`.monaco-workbench[class*="${themes[this.theme].sheet}"]`).waitFor();
    }

    /**
     * Saves a screenshot to `test/e2e/screenshots`, which git ignores, unless pictures are turned off. The
     * name of the theme follows the name.
     */
    async screenshot(name: string): Promise<void> {
        if (process.env[noPicturesVariable] === undefined) await this.screenshotOfFailure(name);
    }

    /** The same, wherever it runs. */
    async screenshotOfFailure(name: string): Promise<void> {
        await mkdir(screenshots, { recursive: true });
        // Fonts and icons that are still on their way would be missing in the picture.
        await this.page.evaluate(() => document.fonts.ready);
        const path = join(screenshots, `${name}-${this.theme}.png`);
        await this.page.screenshot({ path, animations: 'disabled' });
    }
}

function escape(text: string): string {
    return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
