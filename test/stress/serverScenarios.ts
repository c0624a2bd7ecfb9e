import { hasPostgresPackage } from '../support/postgres/postgresPrograms';
import { playOnServer, type ServerFault } from './playOnServer';
import type { Scenario } from './scenarios';

const server = (name: string, fault: ServerFault, isAsynchronous = false): Scenario => ({
    name: `lock server: ${name}`,
    obstacle: () => (hasPostgresPackage() ? undefined : 'There is no PostgreSQL for this system in npm.'),
    play: (effort) => playOnServer(effort, fault, isAsynchronous),
    staleAfter: 10_000,
    mayFail: [],
    weight: 1,
});

/**
 * A primary that dies or stands still under load while connections are cut and slow, answers get lost, and people are killed.
 * With an asynchronous standby the same must lose confirmed changes: it shows that the others could find any.
 */
export const serverScenarios: readonly Scenario[] = [
    server('the primary is killed', 'kill'),
    server('the primary stands still', 'freeze'),
    server('the same loses with an asynchronous standby', 'kill', true),
];
