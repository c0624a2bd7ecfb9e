import { plainLine } from '../core/base/plainText';

/** What the page of a part can be asked for: the ids of its buttons. */
export type PartAction = 'open' | 'checkOut' | 'checkIn' | 'showHistory';

/** What the page of a part says. Texts of other people need not be safe. */
export interface PartPage {
    readonly name: string;
    /** Who has it, as a sentence. */
    readonly status: string;
    /** More about that: terms and what they are. */
    readonly facts: readonly (readonly [term: string, text: string])[];
    /** Why nobody can tell, or why nothing can be changed. */
    readonly notice: string;
    readonly actions: readonly PartAction[];
    /** The newest first, one line each; undefined where the file can have none. */
    readonly revisions: readonly string[] | undefined;
    /** The button that was pressed last: the page is drawn anew, and would forget where the focus was. */
    readonly focused: PartAction | undefined;
}

const labels: Readonly<Record<PartAction, string>> = {
    open: 'Open in Mastercam',
    checkOut: 'Check Out…',
    checkIn: 'Check In',
    showHistory: 'Show History',
};

const style = `
body { padding: 0 24px 24px; max-width: 46em; line-height: 1.5; overflow-wrap: anywhere;
  color: var(--vscode-editor-foreground); background: var(--vscode-editor-background); }
h1 { font-size: 1.5em; font-weight: 600; margin: 20px 0 8px; }
h2 { font-size: 1.15em; font-weight: 600; margin: 24px 0 8px; }
p { margin: 8px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 8px 0; }
dd { margin: 0; white-space: pre-line; }
.notice { padding: 8px 12px; border: 1px solid var(--vscode-inputValidation-warningBorder, var(--vscode-contrastBorder));
  color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  background: var(--vscode-inputValidation-warningBackground); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 16px 0; }
button { font: inherit; padding: 4px 12px; border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent));
  border-radius: 2px; cursor: pointer; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
button:first-child { color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
button:hover { background: var(--vscode-button-secondaryHoverBackground); }
button:first-child:hover { background: var(--vscode-button-hoverBackground); }
button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
ul { margin: 8px 0; padding-left: 20px; }`;

const script = `const vscode = acquireVsCodeApi();
for (const button of document.querySelectorAll('button')) button.addEventListener('click', () => vscode.postMessage(button.id));`;

/**
 * The page as HTML that loads nothing, runs one script of ours and shows what others typed as text.
 * @param nonce what nobody can guess, another one each time
 */
export function partPage(page: PartPage, nonce: string): string {
    const { name, status, facts, notice, actions, revisions, focused } = page;
    const button = (action: PartAction): string =>
        `<button id="${action}"${action === focused ? ' autofocus' : ''}>${labels[action]}</button>`;
    const list = revisions?.map((revision) => `<li>${escaped(revision)}</li>`).join('') ?? '';
    const none = '<p>There are no revisions of this file yet. Each check-in keeps one.</p>';
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(name)}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<h1>${escaped(name)}</h1>
<div role="status" aria-live="polite">
<p>${escaped(status)}</p>
${notice === '' ? '' : `<p class="notice">${escaped(notice)}</p>`}
</div>
${facts.length === 0 ? '' : `<dl>${facts.map(([term, text]) => `<dt>${term}</dt><dd>${escapedLines(text)}</dd>`).join('')}</dl>`}
${actions.length === 0 ? '' : `<div class="actions" role="group" aria-label="Actions">${actions.map(button).join('')}</div>`}
${revisions === undefined ? '' : `<h2 id="revisions">Latest revisions</h2>${list === '' ? none : `<ul aria-labelledby="revisions">${list}</ul>`}`}
</main>
<script nonce="${nonce}">${script}</script>
</body>
</html>`;
}

function escapedLines(text: string): string {
    return text.split(/\r?\n/).map(escaped).join('\n');
}

/** One line of text in which nothing is hidden and nothing is markup. */
function escaped(text: string): string {
    return plainLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
