import * as assert from 'node:assert/strict';
import { CheckoutError } from '../../../src/core/base/errors';
import { DiskFault } from '../../../src/core/disk/diskFault';
import { describeIoError, explainIoError, isRefusal, isUncRefusal } from '../../../src/core/disk/ioErrors';

const failure = (code: string, path?: string): Error => Object.assign(new Error(code), { code, path });
const ACCESS = 'Ask the administrator of the share for access to its folder.';
const ACCESS_TO_FILE = 'Ask the administrator of the share for access to it.';
const SPACE = 'Free some space there, and try again.';
const CONNECTION = 'Check that the share is connected, and try again.';
const PATH = 'Check the path, and try again.';
const WAIT = 'Wait until it is done, and try again.';

describe('An error of a disk, in words', () => {
    const both: Readonly<Record<string, readonly [reason: string, advice: string]>> = {
        ENOSPC: ['the disk is full', SPACE],
        EDQUOT: ['your quota on that disk is used up', SPACE],
        EFBIG: ['it would become larger than that disk allows', SPACE],
        EINVAL: ['its name or what was to be done is not possible on that disk', PATH],
        ENFILE: ['too many files are open on this computer', 'Close some programs, and try again.'],
        ENOMEM: ['the memory of this computer is used up', 'Close some programs, and try again.'],
        EROFS: ['it is on a disk that can only be read', ACCESS],
        EISDIR: ['it is a folder or a device and not a file', 'Move it away, and try again.'],
        ENAMETOOLONG: ['its path is longer than that disk allows', 'Move it to a shorter one.'],
        ENOENT: ['its folder is not there', CONNECTION],
        ENOTDIR: ['something on the way to it is not a folder', PATH],
        ELOOP: ['it is a symbolic link, or links on the way to it lead in a circle', PATH],
        ENXIO: ['it is a socket or a device and not a file', 'Move it away, and try again.'],
        EMFILE: ['too many files are open on this computer', 'Close some programs, and try again.'],
        ETIMEDOUT: ['its disk or share failed (ETIMEDOUT)', CONNECTION],
        EIO: ['its disk or share failed (EIO)', CONNECTION],
    };
    const reading: typeof both = {
        ...both,
        EACCES: ['you have no permission to read it', ACCESS_TO_FILE],
        EPERM: ['you have no permission to read it', ACCESS_TO_FILE],
        EBUSY: ['another program keeps it open', WAIT],
    };
    const writing: typeof both = {
        ...both,
        EACCES: ['you have no permission to write there', ACCESS],
        EPERM: ['you have no permission to write there, or another program keeps it open', ACCESS],
        EBUSY: ['another program keeps it open', WAIT],
        EEXIST: ['another program keeps it open', WAIT],
        ETXTBSY: ['another program keeps it open', WAIT],
    };
    for (const [wanted, known] of [
        ['read', reading],
        ['write', writing],
    ] as const) {
        for (const [code, [reason, advice]] of Object.entries(known)) {
            it(`says why a ${wanted} failed with ${code}, and what to do`, () => {
                assert.deepEqual(explainIoError(failure(code), wanted), { reason, advice });
            });
        }
    }

    it('knows a name that no disk takes, which Windows calls missing', () => {
        const reasonFor = (length: number): string =>
            explainIoError(failure('ENOENT', `/shop/${'x'.repeat(length)}`), 'write').reason;
        assert.equal(reasonFor(256), 'its path is longer than that disk allows');
        assert.equal(reasonFor(255), 'its folder is not there');
        const { reason } = explainIoError(failure('EIO', `/shop/${'x'.repeat(256)}`), 'write');
        assert.equal(reason, 'its disk or share failed (EIO)');
    });

    it('repeats what an error of ours says', () => {
        const { reason, advice } = explainIoError(new CheckoutError('noBackup', 'there is none'), 'read');
        assert.deepEqual([reason, advice], ['there is none', 'Look at it, and try again.']);
        const fault = new DiskFault('EPERM', 'it is read-only', 'Clear its read-only attribute.');
        assert.deepEqual(explainIoError(fault, 'write'), {
            reason: 'it is read-only',
            advice: 'Clear its read-only attribute.',
        });
    });

    it('offers the setting for a file server that VS Code may not access', () => {
        // As VS Code's Node.js throws it on Windows; nothing else does.
        const refused = failure('ERR_UNC_HOST_NOT_ALLOWED');
        refused.message = "UNC host 'cam-server' access is not allowed";
        for (const wanted of ['read', 'write'] as const) {
            assert.deepEqual(explainIoError(refused, wanted), {
                reason: 'VS Code is not allowed to access the server cam-server',
                advice: 'Add cam-server to the setting security.allowedUNCHosts, and restart VS Code.',
            });
        }
        assert.deepEqual(explainIoError(failure('ERR_UNC_HOST_NOT_ALLOWED'), 'read'), {
            reason: 'VS Code is not allowed to access its server',
            advice: 'Add its name to the setting security.allowedUNCHosts, and restart VS Code.',
        });
        const told = new CheckoutError('repositoryUnreachable', 'It cannot be read.', undefined, { cause: refused });
        assert.deepEqual([refused, told, failure('EIO')].map(isUncRefusal), [true, true, false]);
        assert.equal(isRefusal(refused), true);
    });

    it('says what it was about, where nobody else does', () => {
        const failed = Object.assign(failure('EIO', '/shop/x'), { syscall: 'open' });
        assert.equal(
            describeIoError(failed),
            `/shop/x could not be read, because its disk or share failed (EIO). ${CONNECTION}`,
        );
        failed.syscall = 'rename';
        assert.match(describeIoError(failed), /^\/shop\/x could not be written, because/);
        assert.match(describeIoError(failure('ENOSPC')), /^A file could not be written, because the disk is full\./);
    });

    it('tells a refusal that will stay from a share that does not answer', () => {
        for (const code of ['ENOSPC', 'EACCES', 'EEXIST', 'EROFS']) assert.equal(isRefusal(failure(code)), true, code);
        for (const code of ['EIO', 'ENOENT', 'toString']) assert.equal(isRefusal(failure(code)), false, code);
        assert.equal(isRefusal(new Error('ours')), false);
    });
});
