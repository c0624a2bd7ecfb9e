import * as vscode from 'vscode';
import { nameOf } from '../core/base/repositoryPath';
import { foldUser } from '../core/locks/holder';
import type { Outcome, SeenLock } from '../core/locks/rules';
import { truncate } from '../core/base/truncate';
import { firstLines } from '../ui/textSafety';
import { plainLine, plainName } from '../core/base/plainText';
import { withProgress } from '../ui/progress';
import { holderText } from '../ui/lockText';
import { showMessage } from '../ui/messages';
import { askForMessage } from './shared/askForMessage';
import type { CommandContext } from './shared/commandContext';
import { describe, reportOutcomes } from './shared/reportOutcomes';
import { byRepository, resolveTargets } from './shared/targets';

const FILES_NAMED = 12;
const LINE_LENGTH = 300;

/**
 * Take Over…: for files whose holder cannot check them in. Shows who has them and what they may lose, asks why, and makes the
 * user the holder. The previous holder is told, and keeps unsaved edits.
 */
export async function takeOver(context: CommandContext, ...args: unknown[]): Promise<void> {
    const targets = await resolveTargets(
        context.repositories,
        args,
        'Select the file to take over',
        ({ state }) => state === 'heldByOthers',
    );
    const groups = byRepository(targets);
    const wanted: (SeenLock & { readonly name: string })[] = [];
    for (const [session, paths] of groups) {
        await session.lookNow('take-over');
        for (const path of paths) {
            const file = session.file(path);
            if (file?.state === 'heldByOthers' && file.lock !== undefined) {
                wanted.push({ path, seen: file.lock, name: plainLine(nameOf(path)) });
            } else {
                const isMine = file?.state === 'heldByMe';
                const why = isMine ? `You already have ${path} checked out.` : `${path} is not checked out.`;
                showMessage('info', file?.unreadable ?? why);
            }
        }
    }
    if (wanted.length === 0 || !(await isMeant(wanted))) return;
    const subject = describe(wanted.map(({ path }) => path));
    const question = {
        kind: 'takeOver' as const,
        title: `Take Over ${subject}`,
        question: 'Why do you take over, and what are you going to change?',
        audience: 'visible to everyone, kept in the history',
        without: '',
        required: 'A take-over requires a reason for the current holder.',
    };
    const message = await askForMessage(question, context.recentMessages);
    if (message === undefined) return;
    let outcomes: readonly Outcome[] = [];
    for (const [session, paths] of groups) {
        const requests = wanted.filter(({ path }) => paths.includes(path));
        if (requests.length === 0) continue;
        const work = (): Promise<readonly Outcome[]> =>
            session.repository.takeOver(requests, message, { keepsBytes: true });
        const done = await withProgress(`Taking over ${subject}`, work);
        context.versions.noteCheckOut(session, done);
        outcomes = outcomes.concat(done);
    }
    reportOutcomes('takeOver', outcomes, context.log);
}

async function isMeant(wanted: readonly (SeenLock & { readonly name: string })[]): Promise<boolean> {
    const yes = 'Take Over';
    const now = Date.now();
    const lines = firstLines(wanted, FILES_NAMED, ({ name, seen }) =>
        plainLine(truncate(`${name}: checked out by ${holderText(seen, now)}`, LINE_LENGTH)),
    );
    const holders = holdersOf(wanted);
    const [holder] = holders.length === 1 ? holders : ['The holders'];
    const answer = await vscode.window.showWarningMessage(
        `Take over ${describe(wanted.map(({ path }) => path))} from ${joinNames(holders)}?`,
        {
            modal: true,
            detail: [
                ...lines,
                '',
                `${holder} will be warned before saving. Unsaved edits stay in that window. Ask first if you can.`,
            ].join('\n'),
        },
        yes,
    );
    return answer === yes;
}

/** The names of those who hold the files, each once. */
function holdersOf(wanted: readonly SeenLock[]): string[] {
    const names = new Map(wanted.map(({ seen }) => [foldUser(seen.user), plainName(seen.user)]));
    return [...names.values()];
}

/** "Dave", "Dave and Eve", or "3 people". */
function joinNames(names: readonly string[]): string {
    return names.length > 2 ? `${names.length} people` : names.join(' and ');
}
