import { readdirSync, readlinkSync } from 'node:fs';

/** Whether this process has a file open: then nobody could replace it on Windows. Only Linux tells. */
export function isOpen(file: string): boolean {
    return readdirSync('/proc/self/fd').some((number) => leadsTo(`/proc/self/fd/${number}`, file));
}

/** Of the folder that is looked at, the link is gone by now. */
function leadsTo(link: string, file: string): boolean {
    try {
        return readlinkSync(link) === file;
    } catch {
        return false;
    }
}
