/** The ids of the commands, as package.json contributes them. */
export const commandIds = {
    checkOut: 'cncCheckout.checkOut',
    checkIn: 'cncCheckout.checkIn',
    checkInWithMessage: 'cncCheckout.checkInWithMessage',
    checkInAndKeep: 'cncCheckout.checkInAndKeep',
    undoCheckOut: 'cncCheckout.undoCheckOut',
    restoreUndone: 'cncCheckout.restoreUndone',
    takeOver: 'cncCheckout.takeOver',
    compareWithVersion: 'cncCheckout.compareWithVersion',
    checkInAll: 'cncCheckout.checkInAll',
    showMyCheckOuts: 'cncCheckout.showMyCheckOuts',
    findFile: 'cncCheckout.findFile',
    refresh: 'cncCheckout.refresh',
    chooseRepository: 'cncCheckout.chooseRepository',
    copyLockDetails: 'cncCheckout.copyLockDetails',
    showHistory: 'cncCheckout.showHistory',
    showRepositoryHistory: 'cncCheckout.showRepositoryHistory',
    restoreLocksFile: 'cncCheckout.restoreLocksFile',
    openLocksFile: 'cncCheckout.openLocksFile',
    openFile: 'cncCheckout.openFile',
    showLog: 'cncCheckout.showLog',
} as const;

export type CommandName = keyof typeof commandIds;
