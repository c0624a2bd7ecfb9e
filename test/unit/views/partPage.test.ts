import assert from 'node:assert/strict';
import { partPage, type PartPage } from '../../../src/views/partPage';

const page: PartPage = {
    name: '4801247.mcam',
    status: 'Checked out by Dave.',
    facts: [['Message', 'Rev C\nsecond line']],
    notice: '',
    actions: ['open', 'showHistory'],
    revisions: ['Revision 1 · Dave'],
    focused: 'showHistory',
};

describe('The page of a part', () => {
    it('shows what people typed as text: no markup, nothing hidden', () => {
        const typed = '<img src=x onerror=alert(1)>"\'&\u202e';
        const facts = [['Message', typed]] as const;
        const html = partPage({ ...page, name: typed, status: typed, notice: typed, facts, revisions: [typed] }, 'N');
        assert.doesNotMatch(html, /<img|\u202e/);
        assert.equal(html.split('&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38;‹U+202E›').length, 7);
    });

    it('loads nothing, and runs no script but its own', () => {
        const html = partPage(page, 'N');
        const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html)!;
        assert.equal(policy, "default-src 'none'; style-src 'nonce-N'; script-src 'nonce-N'");
        assert.doesNotMatch(html, /\b(?:src|href|style|onclick)=/);
    });

    it('has real buttons, in order, with the focus where it was', () => {
        const buttons = [...partPage(page, 'N').matchAll(/<button id="(\w+)"( autofocus)?>([^<]*)</g)];
        assert.deepEqual(
            buttons.map(([, id, focus, label]) => [id, focus !== undefined, label]),
            [
                ['open', false, 'Open in Mastercam'],
                ['showHistory', true, 'Show History'],
            ],
        );
    });

    it('keeps the lines of a message, and says when there are no revisions', () => {
        assert.match(partPage(page, 'N'), /<dd>Rev C\nsecond line<\/dd>/);
        assert.match(partPage({ ...page, revisions: [] }, 'N'), /There are no revisions of this file yet\./);
        assert.doesNotMatch(partPage({ ...page, revisions: undefined }, 'N'), /Latest revisions/);
    });
});
