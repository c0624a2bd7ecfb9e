import { runSuites } from '../support/runSuites';

/** What VS Code calls in its extension host. */
export async function run(): Promise<void> {
    const { failed } = await runSuites(__dirname);
    if (failed > 0) throw new Error(`${failed} measurements failed.`);
}
