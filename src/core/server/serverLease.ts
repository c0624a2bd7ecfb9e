import { randomUUID } from 'node:crypto';
import { CheckoutError } from '../base/errors';
import { foldPath } from '../base/repositoryPath';
import { StagingFolder } from '../disk/stagingFolder';
import type { PlacingLease } from '../locks/lockStore';
import type { ChangeRequest } from './changeRequest';
import type { Statements, ToldChange } from './statements';

/** For how long the locks of files stay as they are whose contents are being replaced, in seconds. */
const PIN_SECONDS = 20;
/** After which part of that nothing is begun any more. */
const LATEST_PART = 3 / 4;

/** A time in which something is done on the disk before a change is made: locks are pinned at the server where that is needed. */
export class ServerLease implements PlacingLease {
    private folder: StagingFolder | undefined;
    private readonly pinId = randomUUID();
    private pinned: ChangeRequest['files'] | undefined;
    /** By `performance.now()`, before the server was asked. */
    private pinnedAt = 0;

    /** @param staging absolute path beside which files may lie that have no place yet */
    constructor(
        private readonly staging: string,
        private readonly statements: Statements,
    ) {}

    /** What names the pin in the change that ends it; undefined where nothing is pinned. */
    get pin(): string | undefined {
        return this.pinned && this.pinId;
    }

    /** Makes the folder, where there is none yet. @throws the system error */
    async prepare(): Promise<void> {
        this.folder ??= await StagingFolder.create(this.staging);
    }

    /** Has the locks of files stay as they are from now on. @throws CheckoutError */
    async pinFiles(files: ChangeRequest['files']): Promise<ToldChange> {
        const asked = performance.now();
        const told = await this.statements.pin(this.pinId, files, PIN_SECONDS);
        if (told.applied) {
            this.pinned = files;
            this.pinnedAt = asked;
        }
        return told;
    }

    get isLate(): boolean {
        return this.pinned !== undefined && performance.now() - this.pinnedAt > PIN_SECONDS * 1000 * LATEST_PART;
    }

    async isOurs(): Promise<boolean> {
        return this.pinned === undefined || (await this.pinFiles(this.pinned)).applied;
    }

    temporary(stem: string): string {
        return this.folder!.temporary(stem);
    }

    numberAfter(file: string, taken: number): Promise<number> {
        return this.statements.takeNumber(foldPath(file), taken);
    }

    atFailpoint(): void {
        // There are none here.
    }

    /** Removes what was not used. @param isChanged whether a change ended the pin */
    async dispose(isChanged: boolean): Promise<void> {
        await this.folder?.remove();
        if (this.pinned === undefined || isChanged) return;
        try {
            await this.statements.pin(this.pinId, this.pinned, 0);
        } catch (error) {
            if (!(error instanceof CheckoutError)) throw error; // Otherwise it ends by itself.
        }
    }
}
