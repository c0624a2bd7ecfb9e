/** The command line as somebody who is not root; read while that is still allowed, wherever it lies. */
import { readFileSync } from 'node:fs';
import { Module } from 'node:module';
import { builtCommandLine } from '../../support/commandLine';
import { becomeNobody } from '../support/nobody';

const file = builtCommandLine();
const main = new Module(file) as Module & { _compile(source: string, file: string): void };
const source = readFileSync(file, 'utf8');
becomeNobody();
main._compile(source, file);
