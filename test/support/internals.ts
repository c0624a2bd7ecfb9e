import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Exports, Internals } from '../../src/extension';

/** The extension that is tested, as VS Code has it. */
export function extensionUnderTest(): vscode.Extension<Exports> {
    const extension = vscode.extensions.getExtension<Exports>('cnc-checkout.cnc-checkout');
    assert.ok(extension, 'The extension is not there.');
    return extension;
}

/** What the tests look at, once the extension was activated. */
export async function activateInternals(): Promise<Internals> {
    const { forTests } = await extensionUnderTest().activate();
    assert.ok(forTests, 'The extension does not know that it is tested.');
    return forTests;
}
