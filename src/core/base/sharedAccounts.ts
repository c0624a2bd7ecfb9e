import { foldCase } from './repositoryPath';

/** Names of accounts that a shop uses on many computers, in lower case, without spaces, digits and signs. */
const SHARED = new Set(
    (
        'admin administrator benutzer cad cadcam cam cnc cncuser default edm engineering fraese fraesen guest haas ' +
        'kiosk lathe local localadmin localuser machine machinist machineshop maschine mastercam mazak mill milling ' +
        'office op operator owner pc prod production produktion programmer programmierung public setup shared ' +
        'shop shopfloor student surfcam system tech tooling toolroom turning user usr werkstatt windows workshop workstation'
    ).split(' '),
);

/**
 * Whether an account's name is one that several people and computers are likely to share: `CNC`, `Shop 2`, `mastercam-01`,
 * `SHOP\\operator`.
 */
export function isSharedAccount(name: string): boolean {
    const account = name.slice(name.lastIndexOf('\\') + 1).replace(/@.*$/, '');
    const letters = foldCase(account).replace(/[^\p{L}]+/gu, '');
    return SHARED.has(letters) || SHARED.has(letters.replace(/(?:pc|user)$/, ''));
}
