/** Lists a repository as nobody, to whom the system can deny a folder even where the tests run as root. */
import { listRepository } from '../../../src/core/repository/listing';
import { pathIn } from '../../../src/core/base/repositoryPath';

async function list(): Promise<void> {
    if (process.getuid?.() === 0) {
        process.setgid?.(65534);
        process.setuid?.(65534);
    }
    const { folders, unreadable } = await listRepository(process.argv[2]!, new Set(['.vnc']));
    const files = [...folders].flatMap(([folder, listing]) =>
        [...listing.files.keys()].map((name) => pathIn(folder, name)),
    );
    console.log(JSON.stringify({ files, unreadable: [...unreadable] }));
}

void list();
