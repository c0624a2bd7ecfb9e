import type { Call } from './history';
import { isAmbiguous } from './registerSearch';

/** Whether a call may have left something of which no line tells. */
export function isUnsure(call: Call): boolean {
    return isAmbiguous(call) || call.answer.kind === 'failed' || call.isUnrecorded === true;
}
