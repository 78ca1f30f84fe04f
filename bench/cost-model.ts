/** What the model is about: looking, removing in both ways, and removing and building the index online. */
export type Strategy = 'find' | 'locked' | 'online' | 'repair';

/** What it says of each. */
export const FIGURES = ['tableBlocks', 'walBytes', 'tempBytes', 'writtenBytes'] as const;
export type Figure = (typeof FIGURES)[number];

/** What a cost follows from. */
export interface TableSize {
  readonly rows: number;
  readonly losers: number;
  readonly groups: number;
  readonly pages: number;
  /** As `--memory`. */
  readonly memoryBytes: number;
}

/** What is counted in a table; a figure is a sum of these, each times its constant. */
const TERMS = {
  one: () => 1,
  pages: ({ pages }) => pages,
  /** Where groups are many they are found by their hashes, and the table is read again for the rows of copies. */
  pagesAgain: ({ rows, losers, pages }) => (losers > 0 && rows - losers > rows / 2 ? pages : 0),
  losers: ({ losers }) => losers,
  /** Where few go, they are fetched by place, and looked at once more. */
  losersByPlace: ({ rows, losers }) => (rows - losers > rows / 2 ? losers : 0),
  groups: ({ groups }) => groups,
  rowsLeft: ({ rows, losers }) => rows - losers,
  /** Pages with a row that goes, if these are anywhere. */
  pagesOfLosers: ({ pages, losers }) => hit(pages, losers),
  /** Pages with a row of a group: online, the rows that stay are locked, and a lock is written to the row. */
  pagesOfGroups: ({ pages, losers, groups }) => hit(pages, losers + groups),
  /** Rows whose hashes are sorted, where these do not fit in the memory of those who sort. */
  sortedRows: ({ rows, pages, memoryBytes }) =>
    rows * HASH_BYTES > (memoryBytes / PROCESSES) * sortersOf(pages) ? rows : 0,
  /** Rows of groups that are ranked by one process, where they do not fit in its memory. */
  rankedRows: (size) => beyondMemory(size, RANKED_BYTES),
  /** The same, where what is counted and ranked of them alone does not fit either. */
  countedRows: (size) => beyondMemory(size, COUNTED_BYTES),
  /** Rows of groups, where their places do not fit in the server's own work_mem. */
  stagedRows: ({ losers, groups }) => ((losers + groups) * PLACE_BYTES > 4 * 2 ** 20 ? losers + groups : 0),
  /** Rows of an index that is built with workers: these hand over what they have sorted in files. */
  indexedRows: ({ rows, losers, pages }) => (pages >= 1024 ? rows - losers : 0),
} satisfies Readonly<Record<string, (size: TableSize) => number>>;
export type Term = keyof typeof TERMS;

/** In memory; in a file a hash takes half of it. */
const HASH_BYTES = 24;
/** In memory, by the sizes at which files begin to be written. */
const RANKED_BYTES = 100;
const COUNTED_BYTES = 40;
const PLACE_BYTES = 22;
/** What `--memory` is divided by: a session and its workers (max_parallel_workers_per_gather is 2 by default). */
const PROCESSES = 3;

function beyondMemory({ losers, groups, memoryBytes }: TableSize, bytes: number): number {
  return (losers + groups) * bytes > memoryBytes / PROCESSES ? losers + groups : 0;
}

/** A table of 8 MB is read with one worker, of 24 MB with two. */
function sortersOf(pages: number): number {
  return pages < 1024 ? 1 : pages < 3 * 1024 ? 2 : PROCESSES;
}

function hit(pages: number, rows: number): number {
  return pages * (1 - Math.exp(-rows / pages));
}

/** The constants of a figure. */
export type Constants = Readonly<Partial<Record<Term, number>>>;
export type CostModel = Readonly<Record<Strategy, Readonly<Record<Figure, Constants>>>>;

/** `npm run bench -- growth --fit` prints this again. Rows of 60 bytes with a key of 16; PostgreSQL 18. */
export const COST_MODEL: CostModel = {
  find: {
    tableBlocks: { pages: 1, pagesAgain: 1 },
    walBytes: { one: 11_000 },
    tempBytes: { sortedRows: 12, countedRows: 24 },
    writtenBytes: { one: 16_000 },
  },
  locked: {
    tableBlocks: { pages: 4.9, losers: 2, losersByPlace: 2.1 },
    walBytes: { one: 250_000, pagesOfLosers: 8_200, losers: 160 },
    tempBytes: { sortedRows: 52, rankedRows: 103, countedRows: 60 },
    writtenBytes: { one: 990_000, pagesOfLosers: 8_192, losers: 232, groups: 253 },
  },
  online: {
    tableBlocks: { pages: 6.5, losers: 6.6, groups: 1.6 },
    walBytes: { one: 930_000, pagesOfGroups: 8_200, losers: 237, groups: 34 },
    tempBytes: { sortedRows: 24, rankedRows: 66, countedRows: 57, stagedRows: 20.5 },
    writtenBytes: { one: 1_720_000, pagesOfGroups: 8_192, losers: 375, groups: 154 },
  },
  repair: {
    tableBlocks: { pages: 10.5, losers: 6.6, groups: 1.6 },
    walBytes: { one: 390_000, pagesOfGroups: 8_200, losers: 248, groups: 3.5, rowsLeft: 41.6 },
    tempBytes: { sortedRows: 24, rankedRows: 66, countedRows: 39, stagedRows: 20.8, indexedRows: 36 },
    writtenBytes: { one: 1_860_000, pagesOfGroups: 8_192, losers: 373, groups: 175 },
  },
};

/** The figures of a strategy on a table. */
export function predict(strategy: Strategy, size: TableSize): Readonly<Record<Figure, number>> {
  const sum = (figure: Figure): number =>
    termsOf(COST_MODEL[strategy][figure]).reduce((all, [term, constant]) => all + constant * countTerm(term, size), 0);
  return {
    tableBlocks: sum('tableBlocks'),
    walBytes: sum('walBytes'),
    tempBytes: sum('tempBytes'),
    writtenBytes: sum('writtenBytes'),
  };
}

export function countTerm(term: Term, size: TableSize): number {
  return TERMS[term](size);
}

export function termsOf(constants: Constants): readonly (readonly [Term, number])[] {
  return Object.entries(constants) as [Term, number][];
}
