import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandIds } from '../../src/commandIds';
import { root } from '../support/root';

interface Binding {
    readonly command: string;
    readonly key: string;
    readonly mac?: string;
    readonly when?: string;
}

const manifest = readFileSync(join(root, 'package.json'), 'utf8');
const { contributes } = JSON.parse(manifest) as { readonly contributes: { readonly keybindings: readonly Binding[] } };
const bindings = contributes.keybindings;

describe('The keys', () => {
    it('check a file out and in, find a file and show its history', () => {
        assert.deepEqual(
            bindings.map(({ command, key, mac }) => [command, key, mac]),
            [
                [commandIds.checkOut, 'ctrl+k alt+o', 'cmd+k alt+o'],
                [commandIds.checkIn, 'ctrl+k alt+i', 'cmd+k alt+i'],
                [commandIds.findFile, 'ctrl+k alt+f', 'cmd+k alt+f'],
                [commandIds.showHistory, 'ctrl+k alt+h', 'cmd+k alt+h'],
            ],
        );
    });

    it('are in force only where their command can do something', () => {
        for (const { key, when = '' } of contributes.keybindings) assert.match(when, /\bcncCheckout\.\w+/, key);
    });
});

describe('A context key', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
        .join('\n');
    const conditions = [...manifest.matchAll(/"(?:when|enablement)": "([^"]*(?:\\.[^"]*)*)"/g)].map(([, text]) =>
        // What is compared with the name of a view is none.
        text!.replace(/\bview =~ \/.*?\/(?= |$)/g, '').replace(/\b(?:view|scmProvider|viewItem) [=!]= \S+/g, ''),
    );
    const named = [...new Set(conditions.flatMap((text) => text.match(/\bcncCheckout\.\w+/g) ?? []))];

    it('is set wherever a condition in package.json names one: otherwise that menu or key would never be there', () => {
        assert.ok(named.length > 10, named.join());
        const isSet = (key: string): boolean =>
            sources.includes(`'${key}'`) ||
            new RegExp(`\\bset\\(\\s*'${key.replace('cncCheckout.', '')}'`).test(sources);
        assert.deepEqual(
            named.filter((key) => !isSet(key)),
            [],
        );
    });
});
