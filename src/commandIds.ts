/** The ids of all commands of this extension, for every layer: package.json contributes them under the same ones. */
export const commandIds = {
    checkOut: 'cncCheckout.checkOut',
    checkOutAtOnce: 'cncCheckout.checkOutAtOnce',
    checkIn: 'cncCheckout.checkIn',
    checkInWithMessage: 'cncCheckout.checkInWithMessage',
    checkInAndKeep: 'cncCheckout.checkInAndKeep',
    undoCheckOut: 'cncCheckout.undoCheckOut',
    checkInGroup: 'cncCheckout.checkInGroup',
    undoGroup: 'cncCheckout.undoGroup',
    restoreUndone: 'cncCheckout.restoreUndone',
    takeOver: 'cncCheckout.takeOver',
    compareWithVersion: 'cncCheckout.compareWithVersion',
    checkInAll: 'cncCheckout.checkInAll',
    showMyCheckOuts: 'cncCheckout.showMyCheckOuts',
    findFile: 'cncCheckout.findFile',
    refresh: 'cncCheckout.refresh',
    chooseRepository: 'cncCheckout.chooseRepository',
    copyLockDetails: 'cncCheckout.copyLockDetails',
    copyLink: 'cncCheckout.copyLink',
    showHistory: 'cncCheckout.showHistory',
    showRepositoryHistory: 'cncCheckout.showRepositoryHistory',
    restoreLocksFile: 'cncCheckout.restoreLocksFile',
    tidyRevisions: 'cncCheckout.tidyRevisions',
    openLocksFile: 'cncCheckout.openLocksFile',
    openFile: 'cncCheckout.openFile',
    openToSide: 'cncCheckout.openToSide',
    revealInExplorer: 'cncCheckout.revealInExplorer',
    revealInOs: 'cncCheckout.revealInOs',
    copyPath: 'cncCheckout.copyPath',
    showLog: 'cncCheckout.showLog',
    getStarted: 'cncCheckout.getStarted',
    diagnoseRepository: 'cncCheckout.diagnoseRepository',
    installCommandLine: 'cncCheckout.installCommandLine',
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

/** The same in a menu, where they are chosen already. */
export const tickedCommandIds = {
    filterAll: 'cncCheckout.filterAllTicked',
    filterCheckedOut: 'cncCheckout.filterCheckedOutTicked',
    filterMine: 'cncCheckout.filterMineTicked',
    groupByFolder: 'cncCheckout.groupByFolderTicked',
    groupByJob: 'cncCheckout.groupByJobTicked',
    groupByHolder: 'cncCheckout.groupByHolderTicked',
} as const;

/** Commands of edit protection. */
export const editorCommandIds = {
    explainProtection: 'cncCheckout.explainProtection',
} as const;

/** Shows the row of a file in the tree. */
export const REVEAL_IN_VIEW = 'cncCheckout.revealInView';

/** The view of what is checked out. */
export const CHECKED_OUT_VIEW = 'cncCheckout.checkedOut';

/** The walkthrough, as VS Code names it. */
export const WALKTHROUGH = 'cnc-checkout.cnc-checkout#start';

/** The tree, and the command with which VS Code shows it. */
export const FILES_VIEW = 'cncCheckout.files';
export const FOCUS_FILES_VIEW = 'cncCheckout.files.focus';

/** The view of revisions and events, and the command with which VS Code shows it. */
export const HISTORY_VIEW = 'cncCheckout.history';
export const FOCUS_HISTORY_VIEW = 'cncCheckout.history.focus';

export type CommandName = keyof typeof commandIds;
