import type { ChildKey, ReferringColumn, ResolvedReference, RowGuard, TableImage } from './dedupe.ts';
import type { TieSurvey } from './group-survey.ts';

/** A foreign key between tables of which rows move. */
export interface MovedKey {
  readonly name: string;
  readonly child: TableImage;
  readonly parent: TableImage;
  readonly columns: readonly ReferringColumn[];
  readonly referenced: readonly string[];
  readonly type: undefined;
}

/**
 * Rows of a table that one statement gives other values: children of rows that go, survivors that take values, or what ON
 * UPDATE CASCADE takes along with the rows of another move. Moves, and the references among them, are named by their place.
 */
export type Move = {
  readonly image: TableImage;
  /** What is set, in the order of the move's values. */
  readonly columns: readonly ReferringColumn[];
} & (
  | {
      readonly kind: 'children';
      readonly reference: ResolvedReference;
      readonly parent: TableImage;
      /** The move among whose rows are the copies that go; undefined: the losers themselves. */
      readonly of: number | undefined;
    }
  | { readonly kind: 'survivors' }
  | {
      readonly kind: 'cascade';
      readonly of: number;
      readonly key: MovedKey;
      /** Where survivors are behind it: the moves of children by which these rows have been re-pointed before. */
      readonly after?: readonly number[];
    }
);

/**
 * A foreign key that a move may break. `held`: rows refer to the moved ones by what these have now. `lost`: the moved rows
 * would refer to a row that is not there then.
 */
export interface Tie extends Pick<TieSurvey, 'label' | 'deferrable' | 'unmoved'> {
  readonly kind: 'held' | 'lost';
  readonly move: number;
  readonly key: MovedKey;
  /** Moves of children that see to it: rows of the key's child (`held`) or parent (`lost`) that are in one are no matter. */
  readonly settled: readonly number[];
  /** The same of moves that come later, except for copies that go: their children are no longer found by then. */
  readonly later: readonly number[];
}

/** A unique index in which a move may make copies that nothing looks for. */
export interface Clash {
  readonly move: number;
  /** The reference that is re-pointed; undefined: what survivors take is behind it. */
  readonly label: string | undefined;
  readonly unique: ChildKey;
  /** Moves of children: rows that are in one have moved by then. */
  readonly settled: readonly number[];
}

/** What could refuse rows that go along by ON UPDATE CASCADE beside other rows, or the statement that takes them along. */
export interface Passage {
  readonly move: number;
  readonly label: string | undefined;
  readonly guards: readonly RowGuard[];
  /** Moves of children: rows that are in one have moved by then. */
  readonly settled: readonly number[];
}

/** A move that changes rows of a table of which some go along by ON UPDATE CASCADE. */
export interface Way {
  readonly move: number;
  /** What has a lower one comes before; those with the same one come in any order. */
  readonly step: number;
  /** The keys that hand it on. Moves of one step by the same keys change a row at once. */
  readonly by: string;
  readonly label: string | undefined;
  readonly columns: readonly string[];
}

/**
 * A table whose rows go along by ON UPDATE CASCADE. PostgreSQL takes them along for one row after the other that they refer to,
 * and asks each time: they are looked at in all states that they come through.
 */
export interface Crossing {
  readonly image: TableImage;
  readonly ways: readonly Way[];
  readonly guards: readonly RowGuard[];
  readonly uniques: readonly ChildKey[];
  /** The movement of which the table is the child: rows that are in the way there are gone from then on. */
  readonly removed?: number;
}

export interface Ties {
  readonly moves: readonly Move[];
  readonly ties: readonly Tie[];
  readonly clashes: readonly Clash[];
  readonly passages: readonly Passage[];
  readonly crossings: readonly Crossing[];
}
