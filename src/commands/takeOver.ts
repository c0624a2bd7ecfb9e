import * as vscode from 'vscode';
import { nameOf } from '../core/base/repositoryPath';
import { holderSentence } from '../core/locks/refusal';
import type { Outcome, TakeOverRequest } from '../core/locks/rules';
import { truncate } from '../core/base/truncate';
import { firstLines } from '../ui/textSafety';
import { plainLine } from '../core/base/plainText';
import { withProgress } from '../ui/progress';
import { showMessage } from '../ui/messages';
import { askForMessage } from './shared/askForMessage';
import type { CommandContext } from './shared/commandContext';
import { describe, reportOutcomes } from './shared/reportOutcomes';
import { byRepository, resolveTargets } from './shared/targets';

const FILES_NAMED = 12;
const LINE_LENGTH = 300;

/**
 * Take Over…: for a file whose holder cannot check it in. Says who has it and what they may lose, asks why, and makes the
 * person its holder. The holder is told, and keeps what they have not saved.
 */
export async function takeOver(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Choose the file to take over',
        ({ state }) => state === 'heldByOthers',
    );
    const groups = byRepository(targets);
    const wanted: (TakeOverRequest & { readonly name: string })[] = [];
    for (const [session, paths] of groups) {
        await session.lookNow();
        for (const path of paths) {
            const file = session.file(path);
            if (file?.state === 'heldByOthers' && file.lock !== undefined) {
                wanted.push({ path, seen: file.lock, name: plainLine(nameOf(path)) });
            } else {
                const why =
                    file?.state === 'heldByMe' ? 'you have it checked out already' : 'nobody has it checked out';
                showMessage('info', `${path} need not be taken over, because ${why}.`);
            }
        }
    }
    if (wanted.length === 0 || !(await isMeant(wanted))) return;
    const subject = describe(wanted.map(({ path }) => path));
    const message = await askForMessage({
        title: `Take Over ${subject}`,
        prompt: 'Say why you take it over and what you are going to do',
        audience: 'Everybody sees it, and it is kept in the history.',
        placeHolder: 'Dave is on holiday; urgent change for machine 3',
        required: 'A take-over needs a reason, for whoever had the file.',
    });
    if (message === undefined) return;
    let outcomes: readonly Outcome[] = [];
    for (const [session, paths] of groups) {
        const requests = wanted.filter(({ path }) => paths.includes(path));
        if (requests.length === 0) continue;
        const work = (): Promise<readonly Outcome[]> => session.repository.takeOver(requests, message);
        const done = await withProgress(`Taking over ${subject}`, work);
        context.versions.noteCheckOut(session, done);
        outcomes = outcomes.concat(done);
    }
    reportOutcomes('Took over', outcomes, context.log);
}

async function isMeant(wanted: readonly (TakeOverRequest & { readonly name: string })[]): Promise<boolean> {
    const yes = 'Take Over';
    const now = Date.now();
    const lines = firstLines(wanted, FILES_NAMED, ({ name, seen }) =>
        plainLine(truncate(holderSentence(name, seen, now), LINE_LENGTH)),
    );
    const answer = await vscode.window.showWarningMessage(
        `Take over ${describe(wanted.map(({ path }) => path))} from whoever has it?`,
        {
            modal: true,
            detail: [
                ...lines,
                '',
                'They can save nothing more without being warned, and what they have not saved stays in their window only. Ask them first if you can.',
            ].join('\n'),
        },
        yes,
    );
    return answer === yes;
}
