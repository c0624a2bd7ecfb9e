import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatTimestamp } from '../../src/core/base/time';
import { colleague } from '../e2e/support/colleague';
import type { Session } from '../e2e/support/session';

/** What a picture is taken of. */
export interface Scene {
    readonly session: Session;
    /** A file of the sample's repository on disk. */
    readonly onDisk: (file: string) => string;
    readonly take: (name: string) => Promise<void>;
}

const DAY_MS = 24 * 3_600_000;

/** Drags the edge of the side bar until the rows have room for their holders. */
export async function widenSideBar({ session }: Scene, width: number): Promise<void> {
    const { page } = session.workbench;
    const box = await page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('The window has no side bar.');
    const [edge, middle] = [box.x + box.width, box.y + box.height / 2];
    await page.mouse.move(edge, middle);
    await page.mouse.down();
    await page.mouse.move(box.x + width, middle, { steps: 5 });
    await page.mouse.up();
}

export async function openProgram({ session }: Scene, folder: string, name: string): Promise<void> {
    const { workbench } = session;
    await workbench.view.expand(folder);
    await workbench.view.row(name).click();
    await workbench.editorTab(new RegExp(name)).waitFor();
    await workbench.page.locator('.editor-instance .view-line').first().waitFor();
    await workbench.page.locator('.editor-instance .codelens-decoration').first().waitFor();
}

export async function type({ session }: Scene, text: string): Promise<void> {
    const { page } = session.workbench;
    await page.locator('.editor-instance .view-line').nth(6).click();
    await page.keyboard.press('Home');
    await page.keyboard.type(text);
}

/** Drags the upper edge of the History view until its rows are in view. */
export async function raiseHistory({ session }: Scene, height: number): Promise<void> {
    const { page } = session.workbench;
    const box = await page.locator('.sidebar .pane-header[aria-label^="History"]').boundingBox();
    if (box === null) throw new Error('The window has no History view.');
    await page.mouse.move(box.x + 200, box.y);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y - height, { steps: 5 });
    await page.mouse.up();
}

/** Has a colleague check a file out, change it, and check it in. */
export async function change(
    { session: { folder }, onDisk }: Scene,
    file: string,
    user: string,
    message: string,
    [from, to]: readonly [RegExp, string],
): Promise<void> {
    await colleague(user, folder, 'check-out', file, '--message', message);
    const text = await readFile(onDisk(file), 'utf8');
    await writeFile(onDisk(file), text.replace(from, to));
    await colleague(user, folder, 'check-in', file, '--message', message);
}

/** Has events of the history happen so many days before, as in a shop. @param days from the first event */
export async function age({ session: { folder } }: Scene, days: readonly number[]): Promise<void> {
    const history = join(folder, 'locks.history.jsonl');
    const lines = (await readFile(history, 'utf8')).trimEnd().split('\n');
    const aged = lines.map((line, index) => {
        const time = formatTimestamp(new Date(Date.now() - (days[index] ?? 0) * DAY_MS));
        return JSON.stringify({ ...(JSON.parse(line) as object), time });
    });
    await writeFile(history, `${aged.join('\n')}\n`);
}

/** The colour in which the tree draws the name of a file. */
export function colourOf({ session }: Scene, name: string): Promise<string> {
    const label = session.workbench.view.row(name).locator('.label-name');
    return label.evaluate((element) => getComputedStyle(element).color);
}

/** Settles when the window has drawn once more. */
export async function nextFrame({ session }: Scene): Promise<void> {
    await session.workbench.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
}
