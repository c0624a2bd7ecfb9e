import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { schemaSql } from '../../../src/core/server/schema';
import { parseServerAddress } from '../../../src/core/server/serverAddress';
import { root } from '../../support/root';
import { checkOut, codes, holders, told } from '../contract/support/shop';
import { useLockServer } from '../support/lockServer';
import { temporaryFolder } from '../support/temporaryFolder';

/** What `cnc-checkout server schema` printed before. */
const schema1 = readFileSync(path.join(root, 'test', 'fixtures', 'lockServer', 'schema1.sql'), 'utf8');

describe('A database with an older schema', () => {
    const server = useLockServer({ isPair: false });
    const folder = temporaryFolder();

    it('is brought up to date with all that is in it, and never back', async () => {
        const { primary } = server();
        await primary.sql('create database old');
        const sql = (text: string, values: readonly unknown[] = []) => primary.sql(text, values, 'old');
        await sql(schema1);
        await sql(`select cnc.create_repository('plant')`);
        const lock = {
            path: 'a.vnc',
            folded: 'a.vnc',
            holder: 'bob',
            since: '2026-11-23T08:15:30.123000+00:00',
            message: 'Feed',
            host: 'PC',
            extra: { priority: 2 },
        };
        const event = { at: lock.since, action: 'check-out', path: 'a.vnc', folded: 'a.vnc', who: 'bob', detail: {} };
        const events = [{ ...event, host: 'PC', message: 'Feed' }];
        await sql('select cnc.import($1, $2, $3, $4)', [
            'plant',
            'digest',
            JSON.stringify([lock]),
            JSON.stringify(events),
        ]);
        const address = parseServerAddress(server().addressOf('plant').replace('/postgres?', '/old?'));
        const open = (user: string) =>
            server().open('plant', user, { address, staging: path.join(folder(), 'locks.json') });
        await assert.rejects(open('alice').list(), {
            code: 'serverRefused',
            message: /has schema 1, which is older than the schema 2 of this CNC Checkout\./,
        });

        for (let time = 0; time < 2; time++) await sql(schemaSql());
        const alice = open('alice');
        assert.deepEqual(await holders(alice), { 'a.vnc': 'bob' });
        assert.deepEqual(await told(alice), ['bob check-out a.vnc']);
        assert.deepEqual(codes(await checkOut(alice, 'alice', ['a.vnc', 'b.vnc'])), ['heldByOther', 'done']);
        assert.equal(await alice.contents.largest(), 2 ** 20);
        const [kept] = await sql(`select extra, content from cnc.lock where folded = 'a.vnc'`);
        assert.deepEqual(kept?.['extra'], { priority: 2 });
        await assert.rejects(
            sql(schema1),
            /has schema 2 of CNC Checkout, and this is the older schema 1\. Nothing was changed/,
        );
    });
});
