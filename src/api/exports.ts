// api: what other extensions can ask of this one, in numbered versions, and nothing that they could come to depend on besides.

import { createApi, type ApiContext } from './createApi';
import type { CncCheckoutApi, CncCheckoutExports } from './version1';

/** What the extension exports. Nothing is made of it before somebody asks. */
export function createExports(context: ApiContext): CncCheckoutExports {
    let api: CncCheckoutApi | undefined;
    return {
        getApi(version: number) {
            if (version !== 1) {
                throw new Error(
                    `CNC Checkout has no version ${String(version)} of its API, only version 1. Ask for that one, or update CNC Checkout.`,
                );
            }
            return (api ??= createApi(context));
        },
    };
}
