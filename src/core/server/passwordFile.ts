/** A log-in to one host, for which a password is looked for. */
export interface LogIn {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
}

/**
 * The password for a log-in in the text of a password file of PostgreSQL (`.pgpass`): the first line that fits.
 * Its format: https://www.postgresql.org/docs/current/libpq-pgpass.html
 * @returns undefined when there is none
 */
export function passwordIn(text: string, { host, port, database, user }: LogIn): string | undefined {
    for (const line of text.split(/\r?\n/)) {
        if (line.startsWith('#')) continue;
        const fields = (line.match(/(?:\\.|[^:\\])*(?::|$)/gs) ?? []).map((field) =>
            field.replace(/:$/, '').replace(/\\(.)/gs, '$1'),
        );
        const [password] = fields.slice(4);
        const isMeant = [host, String(port), database, user].every(
            (wanted, index) => fields[index] === '*' || fields[index] === wanted,
        );
        if (isMeant && password !== undefined && password !== '') return password;
    }
    return undefined;
}
