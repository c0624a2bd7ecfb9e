import * as os from 'node:os';
import * as path from 'node:path';

/**
 * The folder on this computer for what only this user needs, where roaming profiles do not carry it.
 * @returns absolute path; it may not exist yet
 */
function privateFolder(environment = process.env): string {
    const { LOCALAPPDATA, XDG_STATE_HOME } = environment;
    if (process.platform === 'win32' && LOCALAPPDATA) return path.join(LOCALAPPDATA, 'CNC Checkout');
    if (XDG_STATE_HOME && path.isAbsolute(XDG_STATE_HOME)) return path.join(XDG_STATE_HOME, 'cnc-checkout');
    return path.join(os.homedir(), '.local', 'state', 'cnc-checkout');
}

/** The folder on this computer for files as they were checked out, and for changes that were discarded. */
export function versionsFolder(): string {
    return path.join(privateFolder(), 'versions');
}
