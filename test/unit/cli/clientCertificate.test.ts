import * as assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { Authority } from '../../support/postgres/certificates';
import { skipUnless } from '../../support/skips';
import { PASSWORD } from '../support/lockServer';
import { fine, stopped, useSites } from '../support/sites';
import { runHere } from '../support/commandLine';

describe('A script that logs in with a certificate', () => {
    const { server, at, as, address } = useSites();
    let authority: Authority;

    before(async function () {
        skipUnless(this, 'openssl');
        const { primary } = server();
        await primary.sql('create role robot login in role cnc_user');
    });

    beforeEach(async () => {
        authority = new Authority(at(), 'authority');
        const { certificate, key } = authority.issue('IP:127.0.0.1');
        const { primary } = server();
        primary.addFile('server.crt', certificate);
        primary.addFile('server.key', key);
        primary.addFile('clients.crt', authority.certificate);
        primary.configure(`ssl = on\nssl_ca_file = 'clients.crt'\n`);
        primary.allow([
            'host all admin 127.0.0.1/32 trust',
            'hostssl all robot 127.0.0.1/32 cert',
            'host all all 127.0.0.1/32 scram-sha-256',
        ]);
        await primary.kill();
        await primary.run();
        await fine(as('dora', 'north', 'server', 'import'));
        delete process.env['PGPASSWORD'];
        writeFileSync(at('authority.crt'), authority.certificate);
        process.env['PGSSLROOTCERT'] = at('authority.crt');
    });

    function present({ certificate, key }: { readonly certificate: string; readonly key: string }, mode = 0o600): void {
        writeFileSync(at('robot.crt'), certificate);
        writeFileSync(at('robot.key'), key, { mode });
        process.env['PGSSLCERT'] = at('robot.crt');
        process.env['PGSSLKEY'] = at('robot.key');
    }

    const asRobot = (...args: readonly string[]) =>
        runHere(at('north'), [...args, '--lock-server', `${address('robot')}&sslmode=verify-full`]);

    it('needs no password, and is who the certificate names', async () => {
        present(authority.issue('DNS:robot', { user: 'robot' }));
        await fine(asRobot('check-out', 'a.vnc', '--no-revision'));
        assert.match(await fine(asRobot('list')), /a\.vnc +checked out +robot on /);
        assert.match(await fine(asRobot('server', 'check')), /TLSv1\.3.*\nYou are robot, as a user\./);
    });

    it('is told what is wrong with it, each in a sentence', async () => {
        await stopped(asRobot('list'), /does not let robot in \(connection requires a valid client certificate\)/);
        present(authority.issue('DNS:robot', { user: 'somebody' }));
        await stopped(asRobot('list'), /does not let robot in \(certificate authentication failed/);
        present(authority.issue('DNS:robot', { user: 'robot', days: -1 }));
        await stopped(asRobot('list'), /did not agree on the certificate of robot \(.*expired.*\)\. Look at the files/);
        present(new Authority(at(), 'foreign').issue('DNS:robot', { user: 'robot' }));
        await stopped(asRobot('list'), /did not agree on the certificate of robot \(.*unknown ca.*\)/);
        const [one, other] = [1, 2].map(() => authority.issue('DNS:robot', { user: 'robot' }));
        present({ certificate: one!.certificate, key: other!.key });
        await stopped(asRobot('list'), /did not agree on the certificate of robot \(.*mismatch.*\)/);
        present({ certificate: 'nothing of the kind', key: other!.key });
        await stopped(asRobot('list'), /did not agree on the certificate of robot/);
    });

    it('has to have both files, and the key for itself', async () => {
        present(authority.issue('DNS:robot', { user: 'robot' }), 0o644);
        if (process.platform !== 'win32') {
            await stopped(asRobot('list'), /The key .*robot\.key .* can be read by others, so it was not used\./);
        }
        process.env['PGSSLKEY'] = at('nowhere.key');
        await stopped(asRobot('list'), /The file .*nowhere\.key that PGSSLKEY names cannot be read/);
        delete process.env['PGSSLKEY'];
        await stopped(asRobot('list'), /^PGSSLCERT is set and PGSSLKEY is not\. A certificate needs its key/);
    });

    it('is told of a certificate of the server that has expired, and then sends nothing', async () => {
        const { certificate, key } = authority.issue('IP:127.0.0.1', { days: -1 });
        const { primary } = server();
        primary.addFile('server.crt', certificate);
        primary.addFile('server.key', key);
        await primary.kill();
        await primary.run();
        process.env['PGPASSWORD'] = PASSWORD;
        await stopped(
            runHere(at('north'), ['list', '--lock-server', `${address('bob')}&sslmode=verify-full`]),
            /^The certificate of 127\.0\.0\.1:\d+ cannot be trusted \(certificate has expired\), so nothing was sent\./,
        );
    });
});
