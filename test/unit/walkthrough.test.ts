import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandIds, WALKTHROUGH } from '../../src/commandIds';
import { root } from '../support/root';

interface Step {
    readonly id: string;
    readonly title: string;
    readonly description: string;
    readonly media: { readonly svg: string; readonly altText: string };
    readonly completionEvents: readonly string[];
}

interface Manifest {
    readonly publisher: string;
    readonly name: string;
    readonly contributes: {
        readonly walkthroughs: readonly [{ readonly id: string; readonly steps: readonly Step[] }];
        readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
        readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
    };
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;
const [{ id, steps }] = contributes.walkthroughs;
const views = Object.values(contributes.views).flatMap((some) => some.map((view) => view.id));
/** Those of VS Code that a step may use. */
const ofVSCode = new Set(['workbench.action.files.openFolder', 'workbench.action.openSettings']);
const commands = new Set<string>([...Object.values(commandIds), ...views.map((view) => `${view}.focus`), ...ofVSCode]);

describe('The walkthrough', () => {
    it('is the one that Get Started opens, with the five tasks of a day and a look back', () => {
        assert.equal(WALKTHROUGH, `${manifest.publisher}.${manifest.name}#${id}`);
        assert.deepEqual(
            steps.map((step) => step.id),
            ['openFolder', 'name', 'checkOut', 'checkIn', 'others', 'history'],
        );
    });

    for (const step of steps) {
        it(`has a picture that ships, and commands that exist: ${step.title}`, () => {
            assert.ok(existsSync(join(root, step.media.svg)), step.media.svg);
            assert.match(readFileSync(join(root, '.vscodeignore'), 'utf8'), /^!media\/walkthrough\/\*$/m);
            assert.match(step.media.altText, /\.$/);
            const links = [...step.description.matchAll(/\(command:([\w.]+)(?:\?([^)]*))?\)/g)];
            assert.ok(links.length > 0);
            for (const [, command, args] of links) {
                assert.ok(commands.has(command!), command);
                if (args !== undefined) assert.ok(Array.isArray(JSON.parse(decodeURIComponent(args))), args);
            }
            for (const event of step.completionEvents) {
                const [kind, what = ''] = event.split(/:(.*)/s);
                const isKnown = {
                    onCommand: commands.has(what),
                    onView: views.includes(what),
                    onSettingChanged: Object.hasOwn(contributes.configuration.properties, what),
                    onContext: /^cncCheckout\.state == \w+$/.test(what),
                    onStepSelected: true,
                }[kind!];
                assert.equal(isKnown, true, event);
            }
        });
    }
});
