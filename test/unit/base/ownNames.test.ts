import * as assert from 'node:assert/strict';
import { isOwnFolder, isOwnName, noteBeside, revisionsFolderOf } from '../../../src/core/base/ownNames';

const token = '7d444840-9dc0-41d1-b245-5ffdce74fad2';

describe('The names of what lies beside a locks file', () => {
    it('are told from those of other files, in any case', () => {
        for (const name of [
            'locks.json',
            'LOCKS.JSON',
            'locks.json.bak',
            'locks.json.lock',
            `locks.json.lock.${token}`,
            'locks.json.2026-11-30T06-00-00-000Z.damaged',
            'locks.history.jsonl',
            'Locks.History.12.jsonl',
            'locks.revisions',
            'locks.where.json',
            'locks.where.json.1f2e3d4c5b6a.tmp',
            `.locks.json.staged.01234567.4711.${token}`,
        ]) {
            assert.ok(isOwnName(name, '/shop/locks.json'), name);
        }
        for (const name of [
            'locks.json2',
            'locks.txt',
            'locks.csv',
            'my locks.json',
            'history.jsonl',
            'revisions',
            '',
        ]) {
            assert.ok(!isOwnName(name, '/shop/locks.json'), name);
        }
        assert.ok(isOwnName('Jobs.Revisions', 'jobs.txt') && !isOwnName('locks.revisions', 'jobs.txt'));
    });

    it('lie in the folder of the locks file', () => {
        assert.match(revisionsFolderOf('/shop/locks.json'), /^.shop.locks\.revisions$/);
        assert.equal(noteBeside('locks.json'), 'locks.where.json');
    });

    it('tell folders of ours from those of programs, whatever the locks file is called', () => {
        for (const name of ['locks.revisions', 'Jobs.Revisions', 'locks.json.lock', `jobs.txt.lock.${token}`]) {
            assert.ok(isOwnFolder(name), name);
        }
        for (const name of ['revisions', 'clamp.lock', 'locks.json.locked', 'job.12', `job.${token}`]) {
            assert.ok(!isOwnFolder(name), name);
        }
    });
});
