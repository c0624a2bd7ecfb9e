import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';

/** A message that would be a link, a picture or an icon wherever it is taken for more than text. */
export const wouldBeLinks =
    '[Click me](command:workbench.action.terminal.new) **bold** <img src=x> $(flame) https://example.invalid';

/** That a place shows a text as it was typed, and nothing in it can be clicked. */
export async function assertPlain(place: Locator, text: string): Promise<void> {
    assert.ok((await place.innerText()).includes(text), await place.innerText());
    assert.equal(await place.locator('a[href], img, strong, .codicon-flame').count(), 0);
}
