import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { CheckOutRecords, type CheckOutKey } from '../../../src/core/checkOutRecords';
import { temporaryFolder } from '../support/temporaryFolder';

describe('The record of a check-out', () => {
    const folder = temporaryFolder();
    const key: CheckOutKey = { root: '/share/repo', path: 'job/A.vnc', timestamp: '2026-11-23T10:00:00.000000+00:00' };
    const file = (): string => path.join(folder(), 'A.vnc');
    const storage = (): string => path.join(folder(), 'storage', 'check-outs');
    let records: CheckOutRecords;

    beforeEach(async () => {
        writeFileSync(file(), 'G1 X0\n');
        records = new CheckOutRecords(storage());
        await records.note(key, file(), statSync(file()));
    });

    it('tells a file that was changed from one that was not, also to another window', async () => {
        const elsewhere = new CheckOutRecords(storage());
        assert.equal(await elsewhere.compare({ ...key, path: 'JOB/a.vnc' }, file()), 'unchanged');
        writeFileSync(file(), 'G1 X1\n');
        utimesSync(file(), new Date(), new Date(Date.now() + 5000));
        assert.equal(await elsewhere.compare(key, file()), 'modified');
        writeFileSync(file(), 'G1 X0 Y0\n');
        assert.equal(await elsewhere.compare(key, file()), 'modified');
    });

    it('does not take for the version at check-out what was saved before it could be noted', async () => {
        const was = statSync(file());
        writeFileSync(file(), 'G1 X2\n');
        utimesSync(file(), new Date(), new Date(Date.now() + 5000));
        const later = { ...key, timestamp: 'later' };
        await records.note(later, file(), was);
        assert.equal(await records.compare(later, file()), 'unknown');
    });

    it('takes a file that was only written again for what it was', async () => {
        writeFileSync(file(), 'G1 X0\n');
        utimesSync(file(), new Date(), new Date(Date.now() + 5000));
        assert.equal(await records.compare(key, file()), 'unchanged');
    });

    it('judges a large file by size and time', async () => {
        const large = Buffer.alloc(9 * 1024 * 1024);
        writeFileSync(file(), large);
        await records.note(key, file(), statSync(file()));
        assert.equal(await records.compare(key, file()), 'unchanged');
        utimesSync(file(), new Date(), new Date(Date.now() + 5000));
        assert.equal(await records.compare(key, file()), 'modified');
    });

    it('says nothing of another check-out, of one that was forgotten or torn, nor of a file that is gone', async () => {
        assert.equal(await records.compare({ ...key, timestamp: 'later' }, file()), 'unknown');
        assert.equal(await records.compare({ ...key, root: '/other' }, file()), 'unknown');
        const [name] = readdirSync(storage());
        const whole = readFileSync(path.join(storage(), name!), 'utf8');
        writeFileSync(path.join(storage(), name!), whole.slice(0, 20));
        assert.equal(await records.compare(key, file()), 'unknown');
        writeFileSync(path.join(storage(), name!), whole);
        await records.forget(key);
        assert.equal(await records.compare(key, file()), 'unknown');
        await records.note(key, file(), statSync(file()));
        rmSync(file());
        assert.equal(await records.compare(key, file()), 'unknown');
    });
});
