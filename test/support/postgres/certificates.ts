import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An authority for tests, and the certificates that it issues, made with openssl in a folder. */
export class Authority {
    constructor(
        private readonly folder: string,
        private readonly name: string,
    ) {
        const kind = 'req -x509 -newkey rsa:2048 -nodes -days 36500'.split(' ');
        this.openssl(...kind, '-subj', `/CN=${name}`, '-keyout', this.file('key'), '-out', this.file('pem'));
    }

    /** Its own certificate, as PEM. */
    get certificate(): string {
        return readFileSync(this.file('pem'), 'utf8');
    }

    /**
     * Issues a certificate for a server, or for somebody who logs in.
     * @param names as OpenSSL writes them: `DNS:db1,IP:127.0.0.1`
     * @param user the log-in
     * @param days for how long it is good; it has expired where that is negative
     */
    issue(
        names: string,
        { user = 'server', days = 36500 } = {},
    ): { readonly certificate: string; readonly key: string } {
        const [key, request, certificate, extensions] = ['issued.key', 'issued.csr', 'issued.pem', 'issued.ext'].map(
            (each) => join(this.folder, each),
        ) as [string, string, string, string];
        writeFileSync(extensions, `subjectAltName=${names}\n`);
        this.openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${user}`, '-keyout', key, '-out', request);
        const by = ['-CA', this.file('pem'), '-CAkey', this.file('key'), '-CAcreateserial', '-days', `${days}`];
        this.openssl('x509', '-req', '-in', request, ...by, '-extfile', extensions, '-out', certificate);
        return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
    }

    private file(extension: string): string {
        return join(this.folder, `${this.name}.${extension}`);
    }

    private openssl(...args: readonly string[]): void {
        const { status, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' });
        if (error !== undefined) throw error;
        if (status !== 0) throw new Error(`\`openssl ${args.join(' ')}\` failed.\n${stderr}`);
    }
}
