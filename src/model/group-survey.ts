import type { TableName } from './facts.ts';
import type { TriggerGuard } from './triggers.ts';

/** Groups whose losers differ from their survivor. */
export interface DifferingSurvey {
  readonly groups: number;
  /** The columns in which they do, and in how many groups. */
  readonly columns: readonly { readonly column: string; readonly groups: number }[];
  /** Groups that stay as they are: by `agree`, or because differing stops. */
  readonly leftAlone: { readonly groups: number; readonly rows: number };
}

/** Rows outside a group that have what a loser's children name: a damaged unique index, or a column that is not unique. */
export interface AmbiguousSurvey {
  readonly columns: readonly string[];
  readonly rows: number;
}

/** A foreign key whose values a damaged unique index lets a loser and its survivor have alike. */
export interface TakenSurvey {
  /** Losers that have the values of their survivor. */
  readonly alike: number;
  /** Children that ON DELETE would change with such a loser, though the survivor has what they name. */
  readonly children: number;
}

/** Rows that stay, and have alike what a damaged index that has to be rebuilt says is unique: by it they are copies, by the rule none. */
export interface RemainingSurvey {
  readonly columns: readonly string[];
  readonly rows: number;
  /** Of the first few of them, the values of the columns and the place. */
  readonly sample: readonly (readonly string[])[];
}

/** What becomes of the rows that refer to losers; a row is counted once, with the first reference of its table that moves it. */
export interface ReferenceSurvey {
  /** Rows that are re-pointed. */
  readonly moving: number;
  /** Rows that would be copies under a unique index of their own. */
  readonly colliding: number;
  /** Rows that a constraint would refuse, and that are removed for it. */
  readonly refused: number;
  /** Rows that would refer to nothing, because their survivor has NULL where they refer to. */
  readonly unnamed: number;
}

/** Rows that a constraint would refuse as they will be. */
export interface GuardSurvey {
  /**
   * How they come to be so; `named`: they refer to children that are to be removed, and would lose them; `created`: they
   * are the missing rows that relink creates.
   */
  readonly subject: 're-pointed' | 'merged' | 'marked' | 'named' | 'removed' | 'created';
  /** The references that are re-pointed; undefined for the rule's own table. */
  readonly label: string | undefined;
  /** The columns of each of these references. */
  readonly moved: readonly (readonly string[])[];
  /** Those of them that are arrays of references. */
  readonly arrays: readonly string[];
  readonly table: TableName;
  /** `rule`: the rule itself, which marked rows would still break; `circle`: unique indexes of a table that is reached in a circle. */
  readonly constraint: {
    readonly kind:
      | 'check'
      | 'domain'
      | 'not null'
      | 'exclusion'
      | 'unique'
      | 'circle'
      /** A unique index that has a row's values twice already. */
      | 'damaged'
      | 'foreign key'
      | 'rule'
      | 'partition'
      /** Children refer to what would change. */
      | 'referred'
      /** By ON UPDATE CASCADE they would refer to nothing. */
      | 'emptied'
      /** What they would refer to goes, or takes another key. */
      | 'gone'
      | 'leaving'
      /** Rows would each take what another one has until it is re-pointed. */
      | 'order'
      | 'trigger'
      | 'type'
      | 'value'
      | 'width';
    readonly name: string;
    /** The partition that asks it by itself. */
    readonly partition?: TableName;
    /** Of a `damaged` index: its columns, where it is of columns alone and of every row. */
    readonly names?: readonly string[] | undefined;
    readonly trigger?: TriggerGuard;
    /** What a column can hold: of a `type`, and of a `value` that is computed for it. */
    readonly type?: string;
  };
  readonly rows: number;
  /** What identifies the first few of them. */
  readonly identity: readonly string[];
  readonly sample: readonly string[];
  /** Why `onCollision: 'remove'` would not mend it, by archiving and removing children. */
  readonly kept: 'circular' | 'not valid' | 'cascade' | undefined;
  /** Why it could not be asked: it fails, and would fail for PostgreSQL too. */
  readonly failure: string | undefined;
}

/** Rows that depend on several groups, so that all of these have to be settled at once. */
export interface LinkedSurvey {
  readonly table: TableName;
  /** What would refuse them between two batches; undefined: another row would stay, or another value. */
  readonly constraint: string | undefined;
}

/** Rows by which a foreign key (23503) or a unique index (23505) would stop re-pointing. */
export interface TieSurvey {
  /**
   * `held`: they refer to rows that get another key. `lost`: they would refer to a row that is not there then. `copied`:
   * they would get a key of their own that another row has.
   */
  readonly kind: 'held' | 'lost' | 'copied';
  /** The reference that is re-pointed; undefined: survivors take values. */
  readonly label: string | undefined;
  /** The foreign key, or the index and its table. */
  readonly key: { readonly name: string; readonly table: TableName; readonly columns: readonly string[] };
  readonly parent: TableName;
  readonly rows: number;
  /** Keys that have to be DEFERRABLE INITIALLY DEFERRED for all to be in order in the end; none where that does not help. */
  readonly deferrable: readonly DeferrableKey[];
  /** Columns of the parent that would have to be re-pointed as well. */
  readonly unmoved: readonly string[];
}

/** A foreign key that may be checked when the transaction ends. */
export interface DeferrableKey {
  readonly name: string;
  readonly table: TableName;
}
