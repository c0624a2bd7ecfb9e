/** Tells how many bytes a process of its own needs for what it knows of a repository. Needs `--expose-gc`. */
import { openShop } from './shop';

async function tell(folder: string): Promise<void> {
    const before = memoryInUse();
    const repository = openShop(folder);
    await repository.refresh();
    await repository.lookFurther();
    console.log(memoryInUse() - before);
    // Looked at once more, or it might be gone by the time it is measured.
    if (repository.snapshot.isEmpty()) throw new Error(`There is nothing in ${folder}.`);
}

function memoryInUse(): number {
    // What was freed by the first pass may hold what only the second can free.
    for (let pass = 0; pass < 2; pass++) globalThis.gc!();
    return process.memoryUsage().heapUsed;
}

void tell(process.argv[2]!);
