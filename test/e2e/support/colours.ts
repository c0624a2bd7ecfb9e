import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { TreeRows } from './treeRows';

/** What WCAG asks of normal text. */
const readable = 4.5;

/** That each row's name can be read, and has a colour of its own. */
export async function checkColours(rows: TreeRows, labels: readonly string[]): Promise<void> {
    const colours = new Set<string>();
    for (const label of labels) {
        const { colour, contrast } = await coloursOf(rows.row(label).locator('.label-name'));
        assert.ok(contrast >= readable, `${label} has a contrast of ${contrast.toFixed(2)} in ${colour}.`);
        colours.add(colour);
    }
    assert.equal(colours.size, labels.length, [...colours].join());
}

async function coloursOf(name: Locator): Promise<{ colour: string; contrast: number }> {
    return name.evaluate((element) => {
        const numbers = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
        const luminance = (colour: string): number => {
            const [red = 0, green = 0, blue = 0] = numbers(colour).map((value) =>
                value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
            );
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        let behind: Element | null = element;
        while (behind !== null && numbers(getComputedStyle(behind).backgroundColor)[3] === 0) {
            behind = behind.parentElement;
        }
        const { color: colour } = getComputedStyle(element);
        const one = luminance(colour) + 0.05;
        const other =
            luminance(behind === null ? 'rgb(255, 255, 255)' : getComputedStyle(behind).backgroundColor) + 0.05;
        return { colour, contrast: Math.max(one, other) / Math.min(one, other) };
    });
}
