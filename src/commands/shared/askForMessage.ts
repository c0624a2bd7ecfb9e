import * as vscode from 'vscode';
import { plainLine } from '../../core/base/plainText';
import { LONGEST_MESSAGE } from '../../core/locks/rules';
import type { MessageKind, RecentMessages } from '../../model/recentMessages';
import { withoutIcons } from '../../ui/textSafety';

/** How a message is asked for. */
interface MessageQuestion {
    readonly kind: MessageKind;
    readonly title: string;
    readonly question: string;
    /** Who sees the answer, such as "visible to everyone". */
    readonly audience: string;
    /** What goes on without a message, such as "Check out without a message". */
    readonly without: string;
    /** Why a message is required, as a sentence; without it the message is optional. */
    readonly required?: string | undefined;
}

interface Answer extends vscode.QuickPickItem {
    /** Undefined where Enter does nothing. */
    readonly message: string | undefined;
    readonly isRecent?: true;
}

/**
 * Asks for a message, and offers the last ones. What was typed is always the first of the list, so that Enter takes nothing
 * else.
 * @returns it, trimmed; undefined when the user cancels
 */
export async function askForMessage(question: MessageQuestion, recent: RecentMessages): Promise<string | undefined> {
    const { title, audience, required, kind } = question;
    const pick = vscode.window.createQuickPick<Answer>();
    const messages = recent.of(kind);
    const list = (text: string): void => {
        const first = answerFor(text, question);
        const offered = messages.filter((each) => each !== text.trim() && isLike(each, text));
        const heading: Answer = {
            label: 'Recent messages',
            kind: vscode.QuickPickItemKind.Separator,
            message: undefined,
        };
        pick.items = [first, ...(offered.length === 0 ? [] : [heading, ...offered.map(recentAnswer)])];
        pick.activeItems = [first];
    };
    Object.assign(pick, {
        title,
        placeholder: `${question.question} (${required === undefined ? `optional, ${audience}` : audience})`,
        // Switching to another window must not discard the text.
        ignoreFocusOut: true,
    });
    list('');
    try {
        const message = await new Promise<string | undefined>((resolve) => {
            pick.onDidChangeValue(list);
            pick.onDidAccept(() => {
                const [active] = pick.activeItems;
                // Enter may come before the list follows what was typed.
                const { message } = active?.isRecent === true ? active : answerFor(pick.value, question);
                if (message !== undefined) resolve(message);
            });
            pick.onDidHide(() => resolve(undefined));
            pick.show();
        });
        if (message !== undefined) recent.note(kind, message);
        return message;
    } finally {
        pick.dispose();
    }
}

/** What Enter does with the text as it is. */
function answerFor(text: string, { without, required }: MessageQuestion): Answer {
    const message = text.trim();
    if (message.length > LONGEST_MESSAGE) {
        return refusal(`The message is longer than ${LONGEST_MESSAGE} characters.`);
    }
    if (message !== '') return { ...shown(message), iconPath: new vscode.ThemeIcon('comment'), message };
    if (required !== undefined) return refusal(required);
    return { label: without, iconPath: new vscode.ThemeIcon('circle-outline'), alwaysShow: true, message: '' };
}

function refusal(label: string): Answer {
    return { label, iconPath: new vscode.ThemeIcon('error'), alwaysShow: true, message: undefined };
}

function recentAnswer(message: string): Answer {
    return { ...shown(message), iconPath: new vscode.ThemeIcon('history'), message, isRecent: true };
}

function shown(message: string): { readonly label: string; readonly alwaysShow: true } {
    return { label: withoutIcons(plainLine(message)), alwaysShow: true };
}

/** Whether a message has all words of a text. */
function isLike(message: string, text: string): boolean {
    const folded = message.toLowerCase();
    return text
        .toLowerCase()
        .split(/\s+/)
        .every((word) => folded.includes(word));
}
