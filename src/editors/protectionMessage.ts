import { activeResource } from '../ui/openEditors';
import { guardedFile, whyGuarded, type GuardedFile } from '../model/protection';
import { showMessage } from '../ui/messages';
import type { Repositories } from '../model/repositories';
import type { ReadOnlyEditors } from './readOnlyEditors';
import { suggestedActions } from './suggestedActions';

/** A key that follows another within this time belongs to the same attempt to type. */
const SAME_ATTEMPT_MS = 5000;

/** Tells why the active file is read-only: when asked, and once for each attempt to type in it. */
export class ProtectionMessage {
    private told = '';
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
        const isSameAttempt = what === this.told && now - this.lastAttempt < SAME_ATTEMPT_MS;
        this.lastAttempt = now;
        this.told = what;
        if (!isSameAttempt) this.tell(file);
    }

    /** Another editor: what is typed there is another attempt. */
    forget(): void {
        if (this.editors.activeFile === undefined) this.told = '';
    }

    /** Somebody asks. */
    explain(): void {
        const uri = activeResource();
        const file = uri && guardedFile(this.repositories, uri);
        if (file !== undefined) this.tell(file);
        else showMessage('info', 'The active editor shows no file of a repository.');
    }

    private tell(file: GuardedFile): void {
        const advice = file.holder === 'nobody' ? ' Check it out to change it.' : '';
        showMessage('info', whyGuarded(file, Date.now()) + advice, suggestedActions(file));
    }
}
