import * as vscode from 'vscode';
import { nameOf } from '../core/repositoryPath';
import { plainLine, plainName, withoutIcons } from '../host/lockText';
import type { OpenRepository } from '../host/openRepository';
import { showMessage } from '../host/reporting';
import type { CommandContext } from './commandContext';
import { historyItem, type HistoryItem } from './historyItems';
import { openResource } from './openFile';
import { pickRepository } from './pickRepository';
import { resolveTargets } from './targets';

/** Events that the list shows; the command line tells them all. */
const EVENTS_SHOWN = 1000;

/** Show History: what was done with a file, newest first. */
export async function showHistory(context: CommandContext, ...args: unknown[]): Promise<void> {
    const clicked = args.slice(0, 1); // One history at a time, however many files are selected.
    const [target] = await resolveTargets(
        context.repositories,
        clicked,
        'Choose the file whose history to show',
        () => true,
    );
    if (target !== undefined) await show(context, target.opened, target.path);
}

/** Show Repository History: what was done with all files, newest first. */
export async function showRepositoryHistory(context: CommandContext, ...args: unknown[]): Promise<void> {
    const opened = await pickRepository(context.repositories, args, 'Choose the repository whose history to show');
    if (opened !== undefined) await show(context, opened);
}

async function show({ log }: CommandContext, opened: OpenRepository, file?: string): Promise<void> {
    const name = plainName(file === undefined ? opened.name : nameOf(file));
    // One more than is shown tells whether there are more.
    const { events, skipped } = await opened.repository.history({ file, limit: EVENTS_SHOWN + 1 });
    if (skipped > 0) log.warn(plainLine(`${linesLeftOut(skipped)} of the history of ${opened.name}.`));
    if (events.length === 0) {
        const note = skipped > 0 ? ` ${linesLeftOut(skipped)}.` : '';
        return showMessage('info', `The history has nothing about ${name}.${note}`);
    }
    const hints = [
        'Type a name, a file or a word of a message; choose an event to open its file',
        ...(events.length > EVENTS_SHOWN ? [`only the newest ${EVENTS_SHOWN} are here`] : []),
        ...(skipped > 0 ? [linesLeftOut(skipped)] : []),
    ];
    const now = Date.now();
    const items = events.slice(0, EVENTS_SHOWN).map((event) => historyItem(event, now));
    const chosen = await pickEvent(items, `History of ${withoutIcons(name)}`, hints.join('; '));
    if (chosen?.event.file !== undefined) await openResource({ opened, path: chosen.event.file });
}

function pickEvent(
    items: readonly HistoryItem[],
    title: string,
    placeholder: string,
): Promise<HistoryItem | undefined> {
    const pick = vscode.window.createQuickPick<HistoryItem>();
    // While somebody types, the newest stays first.
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

function linesLeftOut(count: number): string {
    return count === 1 ? '1 line that is not whole was left out' : `${count} lines that are not whole were left out`;
}
