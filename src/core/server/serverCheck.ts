import { counted } from '../base/sentences';
import { plainName } from '../base/plainText';
import { SCHEMA_VERSION } from './schemaVersion';
import type { LinkOptions } from './serverLink';
import { openHost } from './serverLink';
import { ServerErrors } from './serverErrors';
import type { ServerConnection } from './serverConnection';

/** What was found out about one host of a lock server. */
export interface HostReport {
    readonly host: string;
    readonly port: number;
    /** Why it cannot be used, as a finished sentence. */
    readonly problem?: string;
    /** The version of PostgreSQL. */
    readonly version?: string;
    readonly isStandby?: boolean;
    /** The version of TLS; undefined for a connection that is not encrypted. */
    readonly tls?: string;
    readonly schema?: number;
    /** Milliseconds for a question and its answer, the median of several. */
    readonly latencyMs?: number;
    readonly roles?: readonly string[];
    /** ISO 8601; undefined for never. */
    readonly passwordUntil?: string;
    /** Whether a confirmed change is on a standby, too. */
    readonly isSynchronous?: boolean;
    /** The repository, where the user may see it. */
    readonly repository?: {
        readonly name: string;
        readonly locks: number;
        readonly changes: number;
        readonly frozen: string | null;
    };
}

const QUESTIONS = `
select current_setting('server_version') as version, pg_is_in_recovery() as "isStandby",
    (select s.version from pg_stat_ssl s where s.pid = pg_backend_pid() and s.ssl) as tls,
    (select substring(obj_description(oid, 'pg_namespace') from '^CNC Checkout lock server, schema (\\d+)$')::integer
     from pg_namespace where nspname = 'cnc') as schema,
    array(select rolname::text from pg_roles where rolname in ('cnc_viewer', 'cnc_user', 'cnc_foreman', 'cnc_owner')
        and pg_has_role(session_user, oid, 'USAGE')) as roles,
    (select to_char(rolvaliduntil at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') from pg_roles
     where rolname = session_user and rolvaliduntil <> 'infinity') as "passwordUntil",
    current_setting('synchronous_standby_names') <> '' and current_setting('synchronous_commit') not in ('off', 'local')
        as "isSynchronous"`;
const REPOSITORY = `
select name, (select count(*)::integer from cnc.lock l where l.repository = r.name) as locks, revision::integer as changes, frozen
from cnc.repository r where name = $1`;
const ROUND_TRIPS = 5;

/** Looks at every host of a lock server. What is wrong with one is in its report. */
export async function checkServer(options: LinkOptions): Promise<readonly HostReport[]> {
    const { address, user } = options;
    const reports: HostReport[] = [];
    for (const { host, port } of address.hosts) {
        // What one host answers is said of that one alone.
        const errors = new ServerErrors({ ...address, hosts: [{ host, port }] }, user);
        try {
            const connection = await openHost({ host, port }, options);
            try {
                reports.push({ host, port, ...(await reportOf(connection, options, errors)) });
            } finally {
                connection.close();
            }
        } catch (error) {
            const { message } = errors.explain(error) ?? errors.unreachable([{ host, error }]);
            reports.push({ host, port, problem: message });
        }
    }
    return reports;
}

/** The hosts that take changes. With more than one, two people can have the same file. */
export function primariesOf(reports: readonly HostReport[]): readonly HostReport[] {
    return reports.filter(({ isStandby }) => isStandby === false);
}

async function reportOf(
    connection: ServerConnection,
    { address }: LinkOptions,
    errors: ServerErrors,
): Promise<Omit<HostReport, 'host' | 'port'>> {
    const times: number[] = [];
    for (let round = 0; round < ROUND_TRIPS; round++) {
        const asked = performance.now();
        await connection.query('select 1', []);
        times.push(performance.now() - asked);
    }
    const latencyMs = times.toSorted((one, other) => one - other)[Math.floor(ROUND_TRIPS / 2)]!;
    const { rows } = await connection.query(QUESTIONS, []);
    const known = Object.entries(rows[0]!).filter(([, value]) => value !== null);
    const report = { latencyMs, ...Object.fromEntries(known) } as Omit<HostReport, 'host' | 'port'>;
    if (report.schema !== SCHEMA_VERSION)
        return { ...report, problem: errors.otherSchema(report.schema, SCHEMA_VERSION).message };
    if (report.roles?.includes('cnc_viewer') !== true)
        return { ...report, problem: errors.noRole('cnc_viewer').message };
    const [repository] = (await connection.query(REPOSITORY, [address.repository])).rows;
    if (repository === undefined) return { ...report, problem: errors.noRepository().message };
    return { ...report, repository: repository as unknown as NonNullable<HostReport['repository']> };
}

/** A report in sentences. */
export function describeReports(reports: readonly HostReport[], user: string): string[] {
    const lines = reports.map(describeHost);
    const primaries = primariesOf(reports);
    if (primaries.length === 0) return [...lines, 'No server was found that takes changes.'];
    if (primaries.length > 1) {
        const names = primaries.map(({ host, port }) => `${host}:${port}`).join(' and ');
        lines.push(
            `${names} take changes at the same time, so a file can be checked out by two people. Stop the one that was replaced at once, and set it up as a standby from the beginning.`,
        );
    }
    const primary = primaries.find(({ problem }) => problem === undefined);
    if (primary === undefined) return lines;
    const { roles = [], passwordUntil, isSynchronous, repository } = primary;
    const role = ['foreman', 'user', 'viewer'].find((one) => roles.includes(`cnc_${one}`)) ?? 'nobody';
    const expiry = passwordUntil === undefined ? '' : ` The password expires at ${passwordUntil}.`;
    lines.push(`You are ${plainName(user)}, as a ${role}.${expiry}`);
    lines.push(
        isSynchronous
            ? 'A change is confirmed once a standby has it, too: none is lost when the primary dies. While no standby answers, changes wait.'
            : 'A change is confirmed once this server has it: without a standby that is synchronous, the newest ones can be lost when it dies.',
    );
    const { name, locks, changes, frozen } = repository!;
    lines.push(
        `The repository ${plainName(name)} has ${counted(locks, 'check-out')} after ${counted(changes, 'change')}.${frozen === null ? '' : ` ${frozen}`}`,
    );
    return lines;
}

function describeHost({ host, port, problem, version, isStandby, tls, schema, latencyMs }: HostReport): string {
    const name = `${host}:${port}`;
    if (version === undefined) return `${name}: ${problem}`;
    const what = isStandby === true ? 'a standby' : 'takes changes';
    const encryption = tls === undefined ? 'not encrypted' : tls;
    const about = `PostgreSQL ${version}, ${what}, schema ${schema ?? 'none'}, ${encryption}, ${latencyMs!.toFixed(1)} ms`;
    return problem === undefined ? `${name}: ${about}` : `${name}: ${about}. ${problem}`;
}
