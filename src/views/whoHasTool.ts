import * as vscode from 'vscode';
import { plainLine } from '../core/base/plainText';
import { foldPath } from '../core/base/repositoryPath';
import type { RepositoryFile } from '../core/repository/snapshot';
import type { Repositories } from '../model/repositories';
import { lockDetails } from '../ui/lockText';

/** The name under which package.json contributes it. */
const NAME = 'cncCheckout_whoHas';
const MOST_FILES = 50;

/** What a language model asks. */
export interface WhoHasQuestion {
    /** Words of the path; without them, all files that somebody has. */
    readonly name?: string;
}

/** Lets a language model answer "who has this program?". It reads, and changes nothing. */
export class WhoHasTool implements vscode.LanguageModelTool<WhoHasQuestion> {
    constructor(
        private readonly repositories: Repositories,
        private readonly ready: Promise<void>,
    ) {}

    register(): vscode.Disposable {
        return vscode.lm.registerTool(NAME, this);
    }

    async invoke({
        input: { name = '' },
    }: vscode.LanguageModelToolInvocationOptions<WhoHasQuestion>): Promise<vscode.LanguageModelToolResult> {
        await this.ready;
        const words = foldPath(name).split(/\s+/).filter(Boolean);
        const isMeant = ({ path, state }: RepositoryFile): boolean => {
            if (words.length === 0) return state !== 'available';
            return words.every((word) => foldPath(path).includes(word));
        };
        const answers: string[] = [];
        for (const { repository } of this.repositories.all) {
            await repository.poll();
            if ('error' in repository.state) answers.push(plainLine(repository.state.error.message));
            await repository.lookFurther();
            answers.push(
                ...repository.snapshot
                    .files()
                    .filter(isMeant)
                    .map((file) => lockDetails(file, Date.now())),
            );
        }
        const more = answers.length > MOST_FILES ? [`… and ${answers.length - MOST_FILES} more files.`] : [];
        const nothing =
            words.length === 0 ? 'Nobody has checked anything out.' : 'There is no such file in the open repositories.';
        const text = answers.length === 0 ? nothing : [...answers.slice(0, MOST_FILES), ...more].join('\n\n');
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    }
}
