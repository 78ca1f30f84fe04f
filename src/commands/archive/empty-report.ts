/** The parts of an archive report that its action has nothing for. */
export const EMPTY = { runs: [], rows: [], restoredRows: 0, notRestoredRows: 0, purgedRows: 0 };
