import { join } from 'node:path';
import { newLock } from '../../src/core/locks/holder';
import type { Lock } from '../../src/core/locks/lockEntry';
import { PostgresLockStore } from '../../src/core/server/postgresLockStore';
import { parseServerAddress } from '../../src/core/server/serverAddress';
import { connect } from '../../src/postgres';
import { scaled } from '../support/pace';
import type { Answer } from './history';
import { answerOf, answers, nameIn } from './answers';
import type { Tool, WorkerPlan } from './worker';

const extensions = new Set(['.mcam']);

/** The locks on a lock server, as a window of VS Code has them that stays open. */
export class ServerTool implements Tool {
    private readonly store: PostgresLockStore;

    constructor(
        folder: string,
        private readonly user: string,
        { address, password }: NonNullable<WorkerPlan['lockServer']>,
    ) {
        this.store = new PostgresLockStore({
            address: parseServerAddress(address),
            user,
            password: () => password,
            connect,
            host: `PC of ${user}`,
            staging: join(folder, 'locks.json'),
            timeout: scaled(2000),
            silenceMs: scaled(700),
        });
    }

    checkOut(files: readonly string[], message: string): Promise<Answer[]> {
        const requests = files.map((path) => ({ path, present: true }));
        return answers(files, async () => {
            const { outcomes } = await this.store.checkOut(requests, this.lock(message), extensions);
            return outcomes.map(answerOf);
        });
    }

    checkIn(files: readonly string[]): Promise<Answer[]> {
        return answers(files, async () => {
            const { outcomes } = await this.store.checkIn(files, this.user, { fromOtherComputer: true });
            return outcomes.map((outcome): Answer => {
                const { lock } = outcome;
                return lock === undefined ? answerOf(outcome) : { kind: 'done', holder: nameIn(lock) };
            });
        });
    }

    async look(): Promise<readonly { readonly path: string; readonly lock: Lock }[]> {
        try {
            return (await this.store.list()).table.locks();
        } catch {
            return []; // It is away.
        }
    }

    takeOver(file: string, seen: Lock, message: string): Promise<Answer[]> {
        return answers([file], async () => {
            const { outcomes } = await this.store.takeOver([{ path: file, seen }], this.lock(message));
            return outcomes.map(answerOf);
        });
    }

    private lock(message: string): Lock {
        return newLock(this.user, `PC of ${this.user}`, message, new Date());
    }
}
