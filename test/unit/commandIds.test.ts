import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
    CHECKED_OUT_VIEW,
    commandIds,
    editorCommandIds,
    FILES_VIEW,
    HISTORY_VIEW,
    REVEAL_IN_VIEW,
    tickedCommandIds,
    viewCommandIds,
} from '../../src/commandIds';
import { root } from '../support/root';

interface Manifest {
    readonly contributes: {
        readonly commands: readonly { readonly command: string }[];
        readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    };
}

const text = readFileSync(join(root, 'package.json'), 'utf8');
const { contributes } = JSON.parse(text) as Manifest;
const ids: readonly string[] = [commandIds, viewCommandIds, tickedCommandIds, editorCommandIds]
    .flatMap((some): string[] => Object.values(some))
    .concat(REVEAL_IN_VIEW);

/** `command:VIEW.focus` shows a view. */
const viewIds = Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id));

describe('Command ids', () => {
    it('are those that package.json contributes', () => {
        const contributed = contributes.commands.map(({ command }) => command);
        assert.deepEqual([...contributed].sort(), [...ids].sort());
    });

    it('are known wherever package.json names a command: in menus, keys and links', () => {
        const named = [...text.matchAll(/(?:"command": "|\(command:)(cncCheckout\.\w+)/g)].map(([, id]) => id ?? '');
        assert.ok(named.length > ids.length);
        assert.deepEqual(
            named.filter((id) => !ids.includes(id) && !viewIds.includes(id)),
            [],
        );
    });

    it('name the views that package.json contributes', () => {
        assert.deepEqual(
            Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id)),
            [CHECKED_OUT_VIEW, FILES_VIEW, HISTORY_VIEW],
        );
    });
});
