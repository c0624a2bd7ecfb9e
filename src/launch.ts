#!/usr/bin/env node
// launch: starts the command line that is packed in it. V8 took half of a command's time to compile that.

import * as path from 'node:path';
import { Script } from 'node:vm';
import { commands } from './cli/commandNames';
import { cacheFolder, CompiledCode } from './cli/compiledCode';

/** The text of the bundle of `cli.ts`, as a function; the build fills it in, so that the whole can be copied as one file. */
declare const CNC_CHECKOUT_PROGRAM: string;
/** What tells that text from every other. */
declare const CNC_CHECKOUT_BUILD: string;

/** Node.js 22 and newer keep no compiled code where it is set. */
const { NODE_DISABLE_COMPILE_CACHE } = process.env;

/** V8 keeps the functions that were called, and each command calls others. */
const command = commands.find((name) => process.argv.includes(name, 2));
const folder = command === undefined || NODE_DISABLE_COMPILE_CACHE ? undefined : cacheFolder();
const compiled = new CompiledCode(folder && path.join(folder, `${command}.v8`), CNC_CHECKOUT_BUILD);

const code = compiled.read();
const script = new Script(CNC_CHECKOUT_PROGRAM, { filename: __filename, ...(code && { cachedData: code }) });
if (code === undefined || script.cachedDataRejected) {
    process.once('exit', (exitCode) => {
        if (exitCode === 0) compiled.write(script.createCachedData());
    });
}
const run = script.runInThisContext() as (...names: readonly unknown[]) => void;
run(exports, require, module, __filename, __dirname);
