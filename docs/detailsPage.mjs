// Writes dist/README.md (or the file named): what VS Code and the Marketplace show on the extension's details page. Links
// to files and pictures lead nowhere there, so the pages for users become sections of one page, which needs no network.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The first is the page itself; the others follow it as sections. */
const pages = [
    'README.md',
    'docs/guide.md',
    'docs/settings.md',
    'docs/command-line.md',
    'docs/how-locks-work.md',
    'docs/troubleshooting.md',
    'docs/administration.md',
];
/**
 * Where the sources can be seen, such as https://github.com/owner/name, and the tag: only a release knows. Without them
 * pictures are left out, and links to other files become plain text.
 */
const { CNC_CHECKOUT_SOURCE: source, CNC_CHECKOUT_REVISION: revision } = process.env;

const texts = new Map(pages.map((page) => [page, readFileSync(join(root, page), 'utf8').trim()]));
const sections = [...texts].map(([page, text]) => sectionOf(page, text));
const target = process.argv[2] ?? join(root, 'dist', 'README.md');
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, `${sections.join('\n\n')}\n`);

function sectionOf(page, text) {
    const folder = posix.dirname(page);
    let isCode = false;
    const lines = text.split('\n').flatMap((line) => {
        if (/^\s*```/.test(line)) isCode = !isCode;
        if (isCode) return [line];
        const linked = line.replace(/(!?)\[([^\]]*)\]\(([^)]*)\)/g, (all, picture, title, link) =>
            picture === '!' ? pictureFor(folder, title, link) : linkFor(page, folder, all, title, link),
        );
        if (linked.trim() === '' && line.trim() !== '') return []; // A picture that was left out.
        return [page !== pages[0] && /^#+ /.test(line) ? `#${linked}` : linked];
    });
    return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}

function pictureFor(folder, title, link) {
    if (source === undefined || revision === undefined) return '';
    return `![${title}](${source}/raw/${revision}/${posix.join(folder, link)})`;
}

function linkFor(page, folder, all, title, link) {
    if (/^(https?:|mailto:)/.test(link)) return all;
    const [path, heading] = link.split('#');
    const target = path === '' ? page : posix.join(folder, path);
    if (texts.has(target)) return `[${title}](#${heading ?? slugOf(titleOf(target))})`;
    if (source === undefined || revision === undefined) return title;
    return `[${title}](${source}/blob/${revision}/${posix.join(folder, link)})`;
}

function titleOf(page) {
    return /^# (.*)$/m.exec(texts.get(page))[1];
}

/** The anchor of a heading, as GitHub and VS Code make it. */
function slugOf(heading) {
    return heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-');
}
