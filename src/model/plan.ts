import type { Census, IndexPartFacts, Partition, ReferentialAction, TableName } from './facts.ts';
import type { Finding } from './finding.ts';
import type {
  AmbiguousSurvey,
  DifferingSurvey,
  GuardSurvey,
  ReferenceSurvey,
  TakenSurvey,
  TieSurvey,
} from './group-survey.ts';
import type { DroppedObject, RowEntry } from './ledger.ts';
import type { LongKeys } from './long-keys.ts';
import type { MergeStrategy, Nulls, OnCollision, OnDiffer, Value } from './operations/common.ts';
import type { Operation } from './operations/index.ts';
import type { ScriptStatement } from './operations/sql-operation.ts';
import type { RelinkSurvey } from './relink-survey.ts';
import type { TriggerGuard } from './triggers.ts';

/** A part of a key: a column of the table by its own name, or an expression over its columns. */
export type KeyColumn = { readonly column: string } | { readonly expression: string };

/** A term of the survivor order. NULLs last means that a row with nothing there never wins by it. */
export type OrderTerm = { readonly nullsFirst: boolean; readonly descending: boolean } & (
  | KeyColumn
  | { readonly column: string; readonly ranking: readonly string[] }
  /** How many of these columns are not NULL. */
  | { readonly complete: readonly string[] }
  /** How many rows refer to it, by places in `Dedupe.references`. */
  | { readonly children: readonly number[] }
);

/** Which rows a rule covers and which of them are copies of each other: the index's own terms. */
export interface Key {
  readonly table: TableName;
  readonly partitioned: boolean;
  readonly columns: readonly KeyColumn[];
  readonly predicate: string | undefined;
  readonly nulls: Nulls;
  /**
   * How groups are found: by eight bytes of hash; by the key itself, which an index has sorted already; or by sorting
   * the key, where nothing hashes its type.
   */
  readonly grouping: 'hash' | 'index' | 'sort';
}

/** One column the survivor takes from its group. */
export interface Merge {
  readonly column: string;
  readonly strategy: MergeStrategy;
  /** The column's type, without a modifier: the merged value is cast to it. */
  readonly type: string;
  /** The same, of a domain's base type. */
  readonly baseType: string;
  readonly isArray: boolean;
}

/** A column and what it is set to. */
export interface Assignment {
  readonly column: string;
  readonly type: string;
  /** The same, of a domain's base type. */
  readonly baseType: string;
  readonly value: Value;
}

/** A unique index of a child table that re-pointed rows could violate; its parts are SQL over the child's columns. */
export interface ChildKey {
  readonly index: string;
  readonly columns: readonly string[];
  readonly predicate: string | undefined;
  readonly nulls: Nulls;
}

/** A constraint that a row has to meet when it is changed, over the columns of the row as it will be. */
export type RowGuard = {
  readonly name: string;
} /** One that is not `validated` would not take a row back that it refuses already. */ & (
  | { readonly kind: 'check'; readonly expression: string; readonly validated: boolean }
  /** A domain's CHECK, where `value` is the column's; undefined: the domain is NOT NULL. */
  | { readonly kind: 'domain'; readonly column: string; readonly expression: string | undefined }
  | { readonly kind: 'not null'; readonly column: string }
  /** The length or precision that a column's type is declared with. */
  | { readonly kind: 'type'; readonly column: string; readonly type: string }
  | {
      readonly kind: 'exclusion';
      readonly columns: readonly string[];
      readonly operators: readonly string[];
      readonly predicate: string | undefined;
    }
  | TriggerGuard
);

/** A column that refers, and how its values compare with the referenced ones. */
export interface ReferringColumn {
  readonly name: string;
  /** Its type, without a modifier. */
  readonly type: string;
  /** The same, of a domain's base type: a value that the domain refuses can be looked at in it. */
  readonly baseType: string;
  /** The type the referenced value is cast to before it is compared; undefined where the types are comparable. */
  readonly cast: string | undefined;
  /** What compares it, the referenced value first: a foreign key's own operator, which search_path may not find. */
  readonly operator: string;
  /** The referenced column's collation, where the two differ: PostgreSQL would not know which to take (42P22). */
  readonly collation: string | undefined;
}

/** Rows elsewhere that name losers and must name the survivor instead. */
export interface ResolvedReference {
  readonly kind: 'foreign-key' | 'soft' | 'array' | 'polymorphic';
  readonly label: string;
  readonly child: TableImage;
  readonly columns: readonly ReferringColumn[];
  readonly referenced: readonly string[];
  readonly type: { readonly column: string; readonly value: string } | undefined;
  /** What the foreign key does when the row it refers to goes; re-pointing comes first. */
  readonly onDelete: ReferentialAction | undefined;
  readonly onCollision: OnCollision;
  readonly uniques: readonly ChildKey[];
  /** What else could refuse a child that is re-pointed. */
  readonly guards: readonly RowGuard[];
  /** What could refuse to let one be removed. */
  readonly keepers: readonly TriggerGuard[];
  /** The child is a table on the way to itself: its own copies cannot be merged on the way. */
  readonly circular: boolean;
  /** Columns that a kept child takes from its copies, with `onCollision: 'merge'`. */
  readonly merges: readonly Merge[];
  /** What refers to the child's own rows: re-pointed first when copies among the children are removed. */
  readonly references: readonly ResolvedReference[];
}

/** A table as the archive keeps it: columns with storage types, and what identifies a row. */
export interface TableImage {
  readonly table: TableName;
  readonly partitioned: boolean;
  readonly columns: readonly ImageColumn[];
  /** Columns of the primary key; empty: a row is identified by all of its columns. */
  readonly identity: readonly string[];
}

export interface ImageColumn {
  readonly name: string;
  readonly storageType: string;
  readonly collation: string | undefined;
  readonly generated: boolean;
  /** What a generated column is computed from. */
  readonly expression: string | undefined;
  /** GENERATED ALWAYS AS IDENTITY: it can be inserted, but not updated (428C9). */
  readonly identityAlways: boolean;
}

/** All that removing a rule's excess rows needs. */
export interface Dedupe {
  readonly key: Key;
  readonly image: TableImage;
  /** Survivor order, best first; the row's place completes it. */
  readonly order: readonly OrderTerm[];
  readonly merges: readonly Merge[];
  readonly agree: readonly string[];
  /** Columns in which copies may differ: neither key, primary key, merged nor generated. */
  readonly compared: readonly string[];
  /** `stop`: groups that differ there are left alone. */
  readonly onDiffer: OnDiffer;
  readonly losers: 'archive' | 'delete' | { readonly set: readonly Assignment[] };
  readonly references: readonly ResolvedReference[];
  /** What could refuse survivors that take values, and losers that are marked. */
  readonly guards: readonly RowGuard[];
  /** What could refuse to let losers be removed. */
  readonly keepers: readonly TriggerGuard[];
  /** Unique indexes besides the rule's own in which those could be copies. */
  readonly uniques: readonly ChildKey[];
  /** The most losers a run may remove; beyond it the run stops and rolls back. */
  readonly limit: number;
  /** Parts of the key whose longest values may not fit into the index to be built: tried before the first row goes. */
  readonly untried?: readonly IndexPartFacts[];
  /** The most rows of the first batch, where rows are expected to take long; later ones follow what it took. */
  readonly firstBatch?: number;
}

/** An index to be built. */
export interface IndexBuild {
  readonly table: TableName;
  /** On a partitioned table: made of its partitions' indexes. */
  readonly partitioned: boolean;
  readonly name: string;
  readonly unique: boolean;
  readonly method: string;
  readonly columns: readonly KeyColumn[];
  readonly predicate: string | undefined;
  readonly nulls: Nulls;
  /** An index that was dropped, in PostgreSQL's own words: it is made as it was, whatever the rest says. */
  readonly as?: { readonly definition: string; readonly comment: string | undefined };
}

/** How much of the application waits: the strongest lock a step takes on a table. */
export type LockLevel = 'none' | 'row' | 'share update exclusive' | 'share row exclusive' | 'access exclusive';

interface StepCommon {
  /** What it does, for people: `Remove 12 excess rows from chat_messages`. */
  readonly title: string;
  readonly table?: TableName;
  readonly lock: LockLevel;
  /** Further facts a person deciding would want, one a line. */
  readonly details?: readonly string[];
}

/** One thing the engine does. */
export type Step = StepCommon &
  (
    | {
        readonly kind: 'transaction';
        readonly lockTable: TableName | undefined;
        readonly steps: readonly Step[];
        /** How long the lock may be held; what is not done by then is undone, and other steps are done instead. */
        readonly within?: { readonly seconds: number; readonly otherwise: readonly Step[] } | undefined;
      }
    | {
        readonly kind: 'dedupe';
        readonly dedupe: Dedupe;
        readonly census: Census;
        /** What is ranked where a lock keeps writers out: rows of suspect groups, or, where many are copies, every row. */
        readonly ranks: 'suspects' | 'every row';
        /** The index that is built next: it reads every row, and online, copies that keep coming are kept out for its sake. */
        readonly before?: IndexBuild;
      }
    /** `dedupe`: how copies that come while a unique index is built are removed. */
    | {
        readonly kind: 'build-index';
        readonly build: IndexBuild;
        readonly concurrently: boolean;
        readonly dedupe: Dedupe | undefined;
        /** As they were when the plan was made; the engine reads them anew. */
        readonly partitions: readonly Partition[];
      }
    /** An index for looking up the rows that refer to one that goes: kept, or dropped by a later step. */
    | {
        readonly kind: 'index-references';
        readonly build: IndexBuild;
        readonly kept: boolean;
        readonly partitions: readonly Partition[];
      }
    | { readonly kind: 'accept-index'; readonly of: TableName; readonly index: string; readonly definition: string }
    | { readonly kind: 'attach-constraint'; readonly of: TableName; readonly index: string }
    | {
        readonly kind: 'drop-index';
        readonly index: TableName;
        readonly concurrently: boolean;
        /** Kept in the ledger, so that undo can build it again as it was; undefined for debris. */
        readonly restore: DroppedObject | undefined;
      }
    | {
        readonly kind: 'drop-constraint';
        readonly of: TableName;
        readonly constraint: string;
        readonly restore: DroppedObject | undefined;
      }
    /** An index that is valid and yet hides rows that break it; `dedupe` removes those that the rebuild still meets. */
    | { readonly kind: 'rebuild-index'; readonly index: TableName; readonly dedupe: Dedupe }
    | { readonly kind: 'recreate'; readonly dropped: DroppedObject }
    | { readonly kind: 'relink'; readonly relink: ResolvedRelink; readonly survey: RelinkSurvey }
    | {
        readonly kind: 'sql';
        readonly script: string;
        /** Undefined where the script was not read yet. */
        readonly statements: readonly ScriptStatement[] | undefined;
        readonly transaction: boolean;
      }
    /** Newest first. */
    | { readonly kind: 'restore-rows'; readonly entries: readonly RowEntry[]; readonly images: readonly TableImage[] }
  );

export interface ResolvedRelink {
  readonly child: TableImage;
  readonly column: string;
  readonly parent: TableImage;
  readonly referenced: string;
  readonly match: readonly { readonly child: string; readonly parent: string }[];
  readonly create: readonly Assignment[] | undefined;
}

/** What would be done for one operation, in order; or why it will not be done. */
export interface Plan {
  readonly operation: Operation;
  /** `unique (wa_message_id) on chat_messages`. */
  readonly title: string;
  readonly table?: TableName;
  readonly steps: readonly Step[];
  readonly refusals: readonly Finding[];
  /** Privileges that doing it needs and the role lacks: notes for who looks, refusals for who does it. */
  readonly lacking?: readonly Finding[];
  /** Things worth knowing that stop nothing. */
  readonly notes: readonly string[];
}

/** What was counted in the data before planning; only what the operation needs. */
export interface Survey {
  readonly census: Census;
  /** Groups whose rows differ in a column that has to be equal. */
  readonly disagreeing: number;
  /** Undefined where it was not asked for. */
  readonly differing: DifferingSurvey | undefined;
  /** Of each of `Dedupe.references`; undefined where it was not asked for. */
  readonly references: readonly ReferenceSurvey[] | undefined;
  /** Only where there are any. */
  readonly ambiguous: readonly AmbiguousSurvey[];
  /** Of each of `Dedupe.references` that is a foreign key; empty where it was not asked for. */
  readonly taken: readonly TakenSurvey[];
  /** Only where rows meet one. */
  readonly ties: readonly TieSurvey[];
  /** Only where rows would be refused. */
  readonly guards: readonly GuardSurvey[];
  readonly relink: RelinkSurvey;
  /** Only where keys may be too long for an index. */
  readonly longKeys?: LongKeys | undefined;
  /** The index that is there does not agree with the table, though there are no copies. */
  readonly damaged?: boolean;
}

export const NOTHING_FOUND: Survey = {
  census: { covered: 0, groups: 0, excessRows: 0, largestGroup: 0 },
  disagreeing: 0,
  differing: undefined,
  references: undefined,
  ambiguous: [],
  taken: [],
  ties: [],
  guards: [],
  relink: { lost: 0, matched: 0, ambiguous: 0, missing: 0, waiting: 0 },
};
