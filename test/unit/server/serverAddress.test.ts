import * as assert from 'node:assert/strict';
import {
    addressWithoutLogIn,
    isLoopback,
    nameOfServer,
    parseServerAddress,
} from '../../../src/core/server/serverAddress';
import { passwordIn } from '../../../src/core/server/passwordFile';

describe('The address of a lock server', () => {
    it('names hosts, a database, a repository and perhaps a log-in', () => {
        assert.deepEqual(
            parseServerAddress(' postgresql://j%C3%B6rg@db1,db2:5433,[::1]:5434/shop%20locks?repository=plant%201 '),
            {
                hosts: [
                    { host: 'db1', port: 5432 },
                    { host: 'db2', port: 5433 },
                    { host: '::1', port: 5434 },
                ],
                database: 'shop locks',
                repository: 'plant 1',
                user: 'jörg',
                verifiesLoopback: false,
            },
        );
        const { database, user } = parseServerAddress('postgres://db1?repository=plant');
        assert.deepEqual([database, user], ['cnc', undefined]);
    });

    it('is told without the log-in, and reads the same again', () => {
        const address = parseServerAddress(
            'postgresql://alice@db1,[::1]:5434/x?repository=plant%201&sslmode=verify-full',
        );
        const text = addressWithoutLogIn(address);
        assert.equal(text, 'postgresql://db1,[::1]:5434/x?repository=plant%201&sslmode=verify-full');
        assert.deepEqual(parseServerAddress(text), { ...address, user: undefined });
        assert.equal(nameOfServer(address), 'db1, [::1]:5434');
    });

    it('is refused when it is none, has a password in it, or would trust anybody', () => {
        const refused: Readonly<Record<string, RegExp>> = {
            db1: /does not look like postgresql:\/\/HOST\/DATABASE\?repository=NAME/,
            'http://db1/x?repository=y': /does not look like/,
            'postgresql:///x?repository=y': /does not look like/,
            'postgresql://db1/x': /names no repository: add \?repository=NAME/,
            'postgresql://db1:70000/x?repository=y': /db1:70000 is no host/,
            'postgresql://db1;db2/x?repository=y': /is no host/,
            'postgresql://db1/%zz?repository=y': /a % in it has to be written as %25/,
            'postgresql://db1/x?repository=y&sslmode=prefer': /certificates are always verified/,
            'postgresql://db1/x?repository=y&options=-c': /there is no parameter options/,
            'postgresql://alice:secret@db1/x?repository=y': /must not have a password in it/,
        };
        for (const [text, sentence] of Object.entries(refused)) {
            assert.throws(
                () => parseServerAddress(text),
                (error: Error) => sentence.test(error.message) && !error.message.includes('secret'),
                text,
            );
        }
    });

    it('is on this computer only where nobody else can be', () => {
        for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.8.9.1', '::1'])
            assert.ok(isLoopback(host), host);
        for (const host of ['127.0.0.1.example.org', 'localhost.example.org', '128.0.0.1', '0.0.0.0', '::2', 'db1']) {
            assert.ok(!isLoopback(host), host);
        }
    });
});

describe('A password file of PostgreSQL', () => {
    const logIn = { host: 'db1', port: 5432, database: 'cnc', user: 'alice' };

    it('has the password in the first line that fits', () => {
        const text = [
            '# db1:5432:cnc:alice:no',
            'db2:*:*:*:two',
            'db1:5433:cnc:alice:other',
            '*:*:cnc:alice:one\\:\\\\1',
            '*:*:*:*:last',
            '',
        ].join('\r\n');
        assert.equal(passwordIn(text, logIn), 'one:\\1');
        assert.equal(passwordIn(text, { ...logIn, user: 'bob' }), 'last');
        assert.equal(passwordIn(text, { ...logIn, host: 'db2' }), 'two');
    });

    it('has none where no line fits, or is whole', () => {
        for (const text of ['', 'db1:5432:cnc:alice', 'db1:5432:cnc:alice:', 'db1:5432:cnc:bob:x', 'nonsense']) {
            assert.equal(passwordIn(text, logIn), undefined, text);
        }
    });
});
