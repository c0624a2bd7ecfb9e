import type { Run } from '../../support/commandLine';
import type { Look, Request } from '../children/colleague';
import { Child } from './child';

/** Somebody with an account of their own; making one needs root. */
export class Colleague {
    private readonly child: Child;

    /** @param uid also the number of a group of their own @param groups further groups */
    constructor(
        readonly name: string,
        readonly uid: number,
        ...groups: readonly number[]
    ) {
        this.child = Child.start('colleague', ...[uid, ...groups].map(String));
    }

    /** Runs the command line in a folder. */
    run(folder: string, umask: number, ...args: readonly string[]): Promise<Run> {
        return this.ask<Run>({ folder, umask, args });
    }

    /** Checks a file out, in their name. */
    checkOut(folder: string, umask: number, file: string): Promise<Run> {
        return this.run(folder, umask, 'check-out', file, '--user', this.name);
    }

    /** Looks at a mutex once more. @param staleAfter milliseconds */
    look(mutex: string, staleAfter: number): Promise<Look> {
        return this.ask<Look>({ look: mutex, staleAfter });
    }

    /** Takes a mutex, and keeps it. */
    async hold(mutex: string, umask: number): Promise<void> {
        if ((await this.ask<boolean | undefined>({ hold: mutex, umask })) !== true) throw new Error('It is held.');
    }

    kill(): Promise<void> {
        return this.child.kill();
    }

    async leave(): Promise<void> {
        this.child.process.stdin!.end();
        await this.child.end();
    }

    private async ask<T>(request: Request): Promise<T> {
        this.child.process.stdin!.write(`${JSON.stringify(request)}\n`);
        return JSON.parse(await this.child.line()) as T;
    }
}
