import { temporaryFolder } from '../support/temporaryFolder';
import { useLockServer } from '../support/lockServer';
import { fileShop, type OpenStore, serverShop } from './support/shop';
import { checksIn } from './checksIn';
import { checksOut } from './checksOut';
import { changesContents } from './changesContents';
import { keepsHistory } from './keepsHistory';
import { keepsMarks } from './keepsMarks';
import { renames } from './renames';
import { standsCrowds } from './standsCrowds';

const contract: readonly ((open: OpenStore) => void)[] = [
    checksOut,
    checksIn,
    changesContents,
    renames,
    keepsHistory,
    keepsMarks,
    standsCrowds,
];

describe('What holds for locks in a file', () => {
    const folder = temporaryFolder();
    const open = fileShop(folder);
    for (const part of contract) part(open);
});

describe('What holds for locks on a server', () => {
    const server = useLockServer();
    const folder = temporaryFolder();
    const open = serverShop(server, folder);
    for (const part of contract) part(open);
});
