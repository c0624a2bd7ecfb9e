import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { schemaSql } from '../../src/core/server/schema';
import { atLockServer } from '../support/postgres/atLockServer';
import { hasPostgresPackage } from '../support/postgres/postgresPrograms';
import { PostgresServer } from '../support/postgres/postgresServer';
import { PASSWORD } from '../unit/support/lockServer';
import { openWindows, type SampleWindow } from './openWindows';
import { copySampleShop } from './sampleShop';
import { timed } from './timed';

const REPOSITORY = 'sample';

/** The people of the sample, and what they may do. Ivo set the server up. */
const roles = { maria: 'cnc_user', erik: 'cnc_foreman', ivo: 'cnc_owner, cnc_viewer' } as const;

/** Each site has a copy of the sample shop, and somebody who works there. */
const sites = [
    {
        name: 'North',
        user: 'maria',
        hint: 'Start here: click Confirm Lock Server at the left, then Check Out at the top right.',
    },
    {
        name: 'South',
        user: 'erik',
        hint: 'Start here: click Confirm Lock Server at the left, and watch what Maria checks out.',
    },
] as const;

const whatToClick = `
Maria works at the north and Erik at the south. Each has a copy of the folder, and both have one lock server.

1. In both windows, click Confirm Lock Server in the view at the left, then Use This Server.
2. North: click Check Out, the pencil at the top right of the editor. The tree of the south shows at once that Maria has it.
3. South: try to check it out. It says who has it, since when and why. Erik is a foreman, who may take it over.
4. North: change the program, save it, and check it in.
5. South: check it out. Nothing carries files from one folder to the other here, so it says that the newest content has not
   arrived, and offers to fetch it from the lock server.`;

/** Opens the sample shop at two sites, with a lock server and its standby from npm. */
export async function startSites(scratch: string, ended: Promise<void>): Promise<void> {
    if (!hasPostgresPackage()) throw new Error('There is no PostgreSQL for this system in npm.');
    const { primary, standby } = await timed('Starting a PostgreSQL and its standby', () => PostgresServer.startPair());
    try {
        await timed('Setting up the lock server and its people', () => setUp(primary));
        const hosts = [primary, standby].map(({ port }) => `127.0.0.1:${port}`).join(',');
        const address = `postgresql://${hosts}/postgres?repository=${REPOSITORY}`;
        const windows: SampleWindow[] = [];
        for (const site of sites) windows.push(await openSite(site, scratch, address));
        await openWindows(windows, whatToClick, ended);
    } finally {
        await standby.remove();
        await primary.remove();
    }
}

async function setUp(primary: PostgresServer): Promise<void> {
    await primary.sql(schemaSql());
    await primary.sql('select cnc.create_repository($1)', [REPOSITORY]);
    for (const [name, role] of Object.entries(roles)) {
        await primary.sql(`create role ${name} login password '${PASSWORD}' in role ${role}`);
    }
}

/** Copies the sample shop, and has its check-outs kept on the server; a second site has none of its own. */
async function openSite(
    { name, user, hint }: (typeof sites)[number],
    scratch: string,
    address: string,
): Promise<SampleWindow> {
    const folder = join(scratch, name);
    await timed(`Copying the sample shop for the ${name.toLowerCase()}, and moving its check-outs`, async () => {
        await copySampleShop(folder);
        if (name !== sites[0].name) await rm(join(folder, 'locks.json'));
        await atLockServer('ivo', address, folder, 'server', 'import');
        await mkdir(join(folder, '.vscode'));
        await writeFile(
            join(folder, '.vscode', 'settings.json'),
            JSON.stringify({ 'cncCheckout.lockServer': address }, undefined, 4),
        );
    });
    const environment = { PGUSER: user, PGPASSWORD: PASSWORD, CNC_CHECKOUT_START_HINT: hint };
    return { what: `The ${name.toLowerCase()}`, folder, dataFolder: join(scratch, `data of ${user}`), environment };
}
