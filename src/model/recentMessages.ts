import type * as vscode from 'vscode';

/** What a message is for. */
export type MessageKind = 'checkOut' | 'checkIn' | 'takeOver';

/** More would not be looked through. */
const MESSAGES_KEPT = 10;

/** The last messages of the user on this computer, the newest first: most are typed again and again. */
export class RecentMessages {
    constructor(private readonly state: vscode.Memento) {}

    of(kind: MessageKind): readonly string[] {
        const kept = this.state.get<unknown>(keyOf(kind));
        return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string') : [];
    }

    note(kind: MessageKind, message: string): void {
        if (message === '') return;
        const others = this.of(kind).filter((text) => text !== message);
        void this.state.update(keyOf(kind), [message, ...others].slice(0, MESSAGES_KEPT));
    }
}

function keyOf(kind: MessageKind): string {
    return `messages.${kind}`;
}
