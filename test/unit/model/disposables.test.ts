import assert from 'node:assert/strict';
import { DisposableStore } from '../../../src/model/disposables';

describe('DisposableStore', () => {
    const disposed: string[] = [];
    const disposable = (name: string): { dispose: () => void } => ({ dispose: () => void disposed.push(name) });

    beforeEach(() => void disposed.splice(0));

    it('disposes of each once, the newest first', () => {
        const store = new DisposableStore();
        store.addAll(disposable('one'), disposable('two'));
        store.dispose();
        store.dispose();
        assert.deepEqual(disposed, ['two', 'one']);
    });

    it('disposes at once of what is added too late', () => {
        const store = new DisposableStore();
        store.dispose();
        store.add(disposable('late'));
        assert.deepEqual(disposed, ['late']);
    });

    it('can be filled again after it was cleared', () => {
        const store = new DisposableStore();
        store.add(disposable('one'));
        store.clear();
        store.add(disposable('two'));
        assert.deepEqual(disposed, ['one']);
        store.dispose();
        assert.deepEqual(disposed, ['one', 'two']);
    });

    it('stops its intervals, so that they do not keep the process alive', async () => {
        const store = new DisposableStore();
        await new Promise<void>((resolve) => store.addInterval(resolve, 1));
        const count = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
        store.dispose();
        const after = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
        assert.equal(after, count - 1);
    });
});
