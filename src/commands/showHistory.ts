import * as vscode from 'vscode';
import { nameOf } from '../core/base/repositoryPath';
import { withoutIcons } from '../ui/textSafety';
import { plainName } from '../core/base/plainText';
import type { RepositorySession } from '../model/repositorySession';
import { showMessage } from '../ui/messages';
import type { CommandContext } from './shared/commandContext';
import { historyItem, type HistoryItem } from './shared/historyItems';
import { openResource } from './shared/openResource';
import { pickRepository } from './shared/pickRepository';
import { resolveTargets } from './shared/targets';

/** How many entries the list shows; the command line prints them all. */
const EVENTS_SHOWN = 1000;

/** Show History: lists what was done with a file, newest first. */
export async function showHistory(context: CommandContext, ...args: unknown[]): Promise<void> {
    const clicked = args.slice(0, 1); // One history at a time, however many files are selected.
    const [target] = await resolveTargets(
        context.repositories,
        clicked,
        'Select the file whose history to show',
        () => true,
    );
    if (target !== undefined) await show(context, target.session, target.path);
}

/** Show Repository History: lists what was done with all files, newest first. */
export async function showRepositoryHistory(context: CommandContext, ...args: unknown[]): Promise<void> {
    const session = await pickRepository(context.repositories, args, 'Select the repository whose history to show');
    if (session !== undefined) await show(context, session);
}

async function show({ log }: CommandContext, session: RepositorySession, file?: string): Promise<void> {
    const name = plainName(file === undefined ? session.name : nameOf(file));
    // One more than is shown tells whether there are more.
    const { events, skipped } = await session.repository.history({ file, limit: EVENTS_SHOWN + 1 });
    if (skipped > 0) log.warn(`History of ${session.name}: ${linesSkipped(skipped)}.`);
    if (events.length === 0) {
        const note = skipped > 0 ? ` ${linesSkipped(skipped)}.` : '';
        return showMessage('info', `There is no history for ${name}.${note}`);
    }
    const hints = [
        'Type a name, a file or a word of a message; select an entry to open its file',
        ...(events.length > EVENTS_SHOWN ? [`only the newest ${EVENTS_SHOWN} entries are shown`] : []),
        ...(skipped > 0 ? [linesSkipped(skipped)] : []),
    ];
    const now = Date.now();
    const items = events.slice(0, EVENTS_SHOWN).map((event) => historyItem(event, now));
    const chosen = await pickEvent(items, `History of ${withoutIcons(name)}`, hints.join('; '));
    if (chosen?.event.file !== undefined) await openResource({ session, path: chosen.event.file });
}

function pickEvent(
    items: readonly HistoryItem[],
    title: string,
    placeholder: string,
): Promise<HistoryItem | undefined> {
    const pick = vscode.window.createQuickPick<HistoryItem>();
    // Keeps the newest first while the user types.
    Object.assign(pick, { title, placeholder, matchOnDescription: true, matchOnDetail: true, sortByLabel: false });
    pick.items = items;
    return new Promise<HistoryItem | undefined>((resolve) => {
        pick.onDidAccept(() => {
            const [item] = pick.selectedItems;
            if (item !== undefined) resolve(item);
        });
        pick.onDidHide(() => resolve(undefined));
        pick.show();
    }).finally(() => pick.dispose());
}

function linesSkipped(count: number): string {
    return count === 1 ? '1 incomplete line was skipped' : `${count} incomplete lines were skipped`;
}
