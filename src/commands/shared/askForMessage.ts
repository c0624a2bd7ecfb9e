import * as vscode from 'vscode';
import { LONGEST_MESSAGE } from '../../core/locks/rules';

/** What a message is asked for. */
interface MessageQuestion {
    readonly title: string;
    /** What to say, as a sentence without its end. */
    readonly prompt: string;
    /** Who sees it, as a sentence. */
    readonly audience: string;
    readonly placeHolder: string;
    /** Why an empty message is not accepted, as a sentence; without it one is. */
    readonly required?: string | undefined;
}

/** Asks for a message. @returns it without spaces around it; undefined when the person leaves */
export async function askForMessage(question: MessageQuestion): Promise<string | undefined> {
    const { title, prompt, audience, placeHolder, required } = question;
    const message = await vscode.window.showInputBox({
        title,
        prompt: `${prompt}${required === undefined ? ' (may be left empty)' : ''}. ${audience}`,
        placeHolder,
        // A look into another window must not cost what was typed.
        ignoreFocusOut: true,
        validateInput: (text) => {
            if (text.length > LONGEST_MESSAGE) return `The message is longer than ${LONGEST_MESSAGE} characters.`;
            return text.trim() === '' ? required : undefined;
        },
    });
    return message?.trim();
}
