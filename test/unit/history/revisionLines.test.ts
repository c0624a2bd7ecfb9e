import * as assert from 'node:assert/strict';
import {
    checkInEvent,
    checkOutEvent,
    renameEvent,
    restoreEvent,
    revisionEvent,
    takeOverEvent,
} from '../../../src/core/history/eventBuilders';
import { formatEvent, type HistoryEvent } from '../../../src/core/history/historyEvent';
import { readRevisionLines } from '../../../src/core/history/revisionLines';

describe('The lines of a history that tell of revisions', () => {
    const who = { user: 'Jürgen', host: 'CAM-PC-03' };
    const lock = { ...who, timestamp: '2026-11-30T08:00:00.123000+00:00', message: 'Say "T5"\\' };
    const content = { size: 1300, sha256: 'ab'.repeat(32) };
    const revision = { number: 3, ...content, modified: lock.timestamp };
    const facts = { ...who, message: '', keptFrom: undefined, before: { size: 0 }, after: content };
    const checkIn = checkInEvent('Kühl/a.vnc', lock, { ...facts, action: 'check-in', revision, restoredFrom: 1 });

    /** How each line was read: closely, at a glance, or not. */
    function read(...lines: readonly string[]): string[] {
        return lines.map((line) => {
            let how = '';
            const at = Buffer.from(`${line}\n`);
            readRevisionLines(
                at,
                ({ action, file, number }) => (how = `${action} ${file} ${number}`),
                ({ action }) => (how = `parsed: ${action}`),
            );
            return how;
        });
    }

    it('are not parsed where they are as the product writes them, and none is that tells of something else', () => {
        const kept = checkInEvent('a.vnc', { user: 'Al', timestamp: '', message: '' }, { ...facts, action: 'check-in', keptFrom: 'T' }); // prettier-ignore
        const events: HistoryEvent[] = [
            checkIn,
            kept,
            checkInEvent('a.vnc', lock, { ...facts, action: 'undo' }),
            revisionEvent('found', 'a.vnc', revision, who),
            checkOutEvent('a.vnc', { ...lock, message: 'Working on revisions' }, content),
            takeOverEvent('a.vnc', lock, lock, content),
            revisionEvent('label', 'a.vnc', revision, who, 'ECO 1182'),
            renameEvent('a.vnc', 'b.vnc', who),
            checkInEvent('a.vnc', lock, { ...facts, action: 'restore', restoredFrom: 2 }),
            { ...restoreEvent(who, new Date()), file: 'a.vnc', action: 'tidy', removed: [1, 2] },
        ];
        assert.deepEqual(read(...events.map(formatEvent)), [
            'check-in Kühl/a.vnc 3',
            'check-in a.vnc 0',
            'undo a.vnc 0',
            'found a.vnc 3',
            '',
            '',
            'parsed: label',
            'parsed: rename',
            'parsed: restore',
            'parsed: tidy',
        ]);
    });

    it('are parsed where anything is otherwise', () => {
        const line = formatEvent(checkIn);
        const others = [
            line.replace('"file":', '"file": '),
            line.replace('"file":', '"fil\\u0065":'),
            line.replace('"user":', '"file":"b.vnc","user":'),
            line.replace('"message":', '"__proto__":{"file":"b.vnc"},"message":'),
            line.replace('J\\u00fcrgen', 'Jürgen'),
            line.replace(',"after":', ',"file":"b.vnc","after":'),
            line.replace('"restoredFrom":1', '"restoredFrom":1.0'),
            line.replace('}}', '},"file":"b.vnc"}').replace(/.$/, ',"file":"b.vnc"}'),
            `${line} `,
            `${line}\r`,
            line.replace('"action":"check-in"', '"action":"check\\u002din"'),
            line.replace('"revision":{"number":3', '"revision":{"number":3,"number":4'),
        ];
        assert.deepEqual(new Set(read(...others)), new Set(['parsed: check-in']));
        const nothing = [line.slice(0, -1), `${line}}`, line.replace('"user":', '"user"'), '', 'check-in', `[${line}]`];
        assert.deepEqual(new Set(read(...nothing)), new Set(['']));
        // The numbers of JSON have no zero in front, and texts no tab in them.
        const noText = ['Say\t', '\\qSay', '\\u00zzSay', '\\u00', 'Say"'].map((text) => line.replace('Say', text));
        assert.deepEqual(new Set(read(line.replace('"size":1300', '"size":01300'), ...noText)), new Set(['']));
    });
});
