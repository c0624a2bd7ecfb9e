import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/root';

interface MenuItem {
    readonly command: string;
    readonly when: string;
    readonly group: string;
}

const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly contributes: {
        readonly commands: readonly { readonly command: string; readonly title: string; readonly icon?: string }[];
        readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    };
};
const titleOf = (id: string): string => contributes.commands.find(({ command }) => command === id)!.title;
const entriesOf = (menu: string): readonly MenuItem[] => contributes.menus[menu]!;
const isInline = ({ group }: MenuItem): boolean => group.startsWith('inline');

/** The titles of a menu as they stand there, one below the other; or of the buttons of a row. */
function titles(menu: string, inline: boolean): string[] {
    return entriesOf(menu)
        .filter((item) => isInline(item) === inline)
        .sort((one, other) => (one.group < other.group ? -1 : 1))
        .map(({ command }) => titleOf(command));
}

describe('The menus of the Source Control view', () => {
    it('check in or undo all files of a group, as buttons and in its menu', () => {
        const group = 'scm/resourceGroup/context';
        assert.deepEqual(titles(group, true), ['Undo All Check-Outs…', 'Check In All']);
        assert.deepEqual(titles(group, false), ['Check In All', 'Check In with Message…', 'Undo All Check-Outs…']);
    });

    it('check in or undo one file, and show what it was', () => {
        const file = 'scm/resourceState/context';
        assert.deepEqual(titles(file, true), ['Undo Check-Out…', 'Check In']);
        assert.deepEqual(titles(file, false), [
            'Compare with Version at Check-Out',
            'Show History',
            'Check In',
            'Check In with Message…',
            'Check In and Keep Checked Out…',
            'Undo Check-Out…',
        ]);
    });

    it('are those of our groups only, and change nothing in Restricted Mode or for who may only look', () => {
        const looks = ['Compare with Version at Check-Out', 'Show History', 'Show Repository History'];
        for (const menu of ['scm/title', 'scm/resourceGroup/context', 'scm/resourceState/context']) {
            for (const { command, when } of entriesOf(menu)) {
                const change = looks.includes(titleOf(command))
                    ? ''
                    : ' && isWorkspaceTrusted && !cncCheckout.viewOnly';
                assert.equal(when, `scmProvider == cncCheckout${change}`, command);
            }
        }
    });

    it('have an icon for each button', () => {
        for (const menu of ['scm/resourceGroup/context', 'scm/resourceState/context']) {
            for (const { command } of entriesOf(menu).filter(isInline)) {
                assert.ok(contributes.commands.find((one) => one.command === command)?.icon, command);
            }
        }
    });
});
