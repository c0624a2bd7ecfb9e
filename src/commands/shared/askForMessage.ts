import * as vscode from 'vscode';
import { LONGEST_MESSAGE } from '../../core/locks/rules';

/** How a message is asked for. */
interface MessageQuestion {
    readonly title: string;
    readonly question: string;
    /** Who sees the answer, such as "visible to everyone". */
    readonly audience: string;
    readonly placeHolder: string;
    /** Why a message is required, as a sentence; without it the message is optional. */
    readonly required?: string | undefined;
}

/** Asks for a message. @returns it, trimmed; undefined when the user cancels */
export async function askForMessage(question: MessageQuestion): Promise<string | undefined> {
    const { title, audience, placeHolder, required } = question;
    const message = await vscode.window.showInputBox({
        title,
        prompt: `${question.question} (${required === undefined ? `optional, ${audience}` : audience})`,
        placeHolder,
        // Switching to another window must not discard the text.
        ignoreFocusOut: true,
        validateInput: (text) => {
            if (text.length > LONGEST_MESSAGE) return `The message is longer than ${LONGEST_MESSAGE} characters.`;
            return text.trim() === '' ? required : undefined;
        },
    });
    return message?.trim();
}
