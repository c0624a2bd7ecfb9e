/** The ids of all commands of this extension, for every layer: package.json contributes them under the same ones. */
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
    tidyRevisions: 'cncCheckout.tidyRevisions',
    openLocksFile: 'cncCheckout.openLocksFile',
    openFile: 'cncCheckout.openFile',
    showLog: 'cncCheckout.showLog',
    openRevision: 'cncCheckout.openRevision',
    openOldRevision: 'cncCheckout.openOldRevision',
    compareWithPreviousRevision: 'cncCheckout.compareWithPreviousRevision',
    compareRevisionWithFile: 'cncCheckout.compareRevisionWithFile',
    compareRevisions: 'cncCheckout.compareRevisions',
    restoreRevision: 'cncCheckout.restoreRevision',
    saveRevisionCopy: 'cncCheckout.saveRevisionCopy',
    copyRevisionDetails: 'cncCheckout.copyRevisionDetails',
    labelRevision: 'cncCheckout.labelRevision',
    filterHistory: 'cncCheckout.filterHistory',
    clearHistoryFilter: 'cncCheckout.clearHistoryFilter',
    signIn: 'cncCheckout.signIn',
    signOut: 'cncCheckout.signOut',
    useLockServer: 'cncCheckout.useLockServer',
} as const;

/** Commands that only change what the tree shows. */
export const viewCommandIds = {
    filterAll: 'cncCheckout.filterAll',
    filterCheckedOut: 'cncCheckout.filterCheckedOut',
    filterMine: 'cncCheckout.filterMine',
    groupByFolder: 'cncCheckout.groupByFolder',
    groupByJob: 'cncCheckout.groupByJob',
    groupByHolder: 'cncCheckout.groupByHolder',
} as const;

/** Commands of edit protection. `typedInProtected` stands behind the keys that type, and is in no menu. */
export const editorCommandIds = {
    explainProtection: 'cncCheckout.explainProtection',
    typedInProtected: 'cncCheckout.typedInProtected',
} as const;

/** The tree, and the command with which VS Code shows it. */
export const FILES_VIEW = 'cncCheckout.files';
export const FOCUS_FILES_VIEW = 'cncCheckout.files.focus';

/** The view of revisions and events, and the command with which VS Code shows it. */
export const HISTORY_VIEW = 'cncCheckout.history';
export const FOCUS_HISTORY_VIEW = 'cncCheckout.history.focus';

export type CommandName = keyof typeof commandIds;
