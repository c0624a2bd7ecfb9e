import { activeResource } from '../ui/openEditors';
import { guardedFile, whyGuarded, type GuardedFile } from '../model/protection';
import { showMessage } from '../ui/messages';
import type { Repositories } from '../model/repositories';
import type { ReadOnlyEditors } from './readOnlyEditors';
import { suggestedActions } from './suggestedActions';

/** A key that follows another within this time belongs to the same attempt to type. */
const SAME_ATTEMPT_MS = 5000;

/** Explains why the active file is read-only: on request, and once for each attempt to type in it. */
export class ProtectionMessage {
    private reported = '';
    private lastAttempt = -Infinity;

    constructor(
        private readonly repositories: Repositories,
        private readonly editors: ReadOnlyEditors,
    ) {}

    /** A key was pressed in a read-only editor. */
    typed(): void {
        const file = this.editors.activeFile;
        if (file === undefined) return;
        const what = `${file.session.uriOf(file.path).toString()} ${file.holder} ${file.lock?.timestamp ?? ''}`;
        const now = performance.now();
        const isSameAttempt = what === this.reported && now - this.lastAttempt < SAME_ATTEMPT_MS;
        this.lastAttempt = now;
        this.reported = what;
        if (!isSameAttempt) this.tell(file);
    }

    /** Another editor became active: typing in it is a new attempt. */
    forget(): void {
        if (this.editors.activeFile === undefined) this.reported = '';
    }

    /** The command Why Is This File Read-Only? */
    explain(): void {
        const uri = activeResource();
        const file = uri && guardedFile(this.repositories, uri);
        if (file !== undefined) this.tell(file);
        else showMessage('info', 'The active editor does not show a file of a repository.');
    }

    private tell(file: GuardedFile): void {
        const advice = file.holder === 'nobody' ? ' Check it out to edit it.' : '';
        showMessage('info', whyGuarded(file, Date.now()) + advice, suggestedActions(this.repositories, file));
    }
}
