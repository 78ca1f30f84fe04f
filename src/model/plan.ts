import type { Assignment, ChildKey, KeyColumn, PlannedDedupe, RowGuard, TableImage, WidthGuard } from './dedupe.ts';
import type { Census, Partition, TableName } from './facts.ts';
import type { Finding } from './finding.ts';
import type {
  AmbiguousSurvey,
  DifferingSurvey,
  GuardSurvey,
  LinkedSurvey,
  ReferenceSurvey,
  RemainingSurvey,
  TakenSurvey,
  TieSurvey,
} from './group-survey.ts';
import type { DroppedObject, RowEntry } from './ledger.ts';
import type { LongKeys } from './long-keys.ts';
import type { Nulls } from './operations/common.ts';
import type { Operation } from './operations/index.ts';
import type { ScriptLimits, ScriptStatement } from './operations/sql-operation.ts';
import type { RelinkSurvey } from './relink-survey.ts';

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
  /** An index that was dropped, in PostgreSQL's own words: it is made as it was, and the other fields are ignored. */
  readonly as?: { readonly definition: string; readonly comment: string | undefined };
}

/** How much of the application waits: the strongest lock a step takes on a table. */
export type LockLevel = 'none' | 'row' | 'share update exclusive' | 'share row exclusive' | 'access exclusive';

/** What a step is about to take, where it can be told: rows that it reads or changes, and time with nobody in its way. */
export interface StepEstimate {
  readonly rows: number;
  readonly seconds: number;
}

interface StepCommon {
  /** What it does, for people: `Remove 12 excess rows from chat_messages`. */
  readonly title: string;
  readonly table?: TableName;
  readonly lock: LockLevel;
  /** Further facts a person deciding would want, one a line. */
  readonly details?: readonly string[];
  readonly estimate?: StepEstimate;
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
        readonly dedupe: PlannedDedupe;
        readonly census: Census;
        /**
         * What is ranked where a lock keeps writers out: rows of suspect groups, or, where many are copies, every row.
         */
        readonly ranks: 'suspects' | 'every row';
        /**
         * The index that is built next: it reads every row, and online, copies that keep coming are kept out for its
         * sake.
         */
        readonly before?: IndexBuild;
      }
    /** `dedupe`: how copies that come while a unique index is built are removed. */
    | {
        readonly kind: 'build-index';
        readonly build: IndexBuild;
        readonly concurrently: boolean;
        readonly dedupe: PlannedDedupe | undefined;
        /** As they were when the plan was made; the engine reads them again. */
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
    | { readonly kind: 'rebuild-index'; readonly index: TableName; readonly dedupe: PlannedDedupe }
    | { readonly kind: 'recreate'; readonly dropped: DroppedObject }
    | { readonly kind: 'relink'; readonly relink: ResolvedRelink; readonly survey: RelinkSurvey }
    | {
        readonly kind: 'sql';
        readonly script: string;
        /** Undefined where the script was not read yet. */
        readonly statements: readonly ScriptStatement[] | undefined;
        /** The .sql file it stands in. */
        readonly file: string | undefined;
        readonly transaction: boolean;
        readonly limits?: ScriptLimits | undefined;
      }
    /** Newest first. */
    | { readonly kind: 'restore-rows'; readonly entries: readonly RowEntry[]; readonly images: readonly TableImage[] }
  );

/** What could refuse rows of the referenced table that are created. */
export interface CreatedGuards {
  readonly guards: readonly RowGuard[];
  readonly uniques: readonly ChildKey[];
  /** The columns that are written, with the plain names of their base types. */
  readonly given: readonly { readonly column: string; readonly type: string }[];
}

export interface ResolvedRelink {
  readonly child: TableImage;
  readonly column: string;
  readonly parent: TableImage;
  readonly referenced: string;
  readonly match: readonly { readonly child: string; readonly parent: string }[];
  readonly create: readonly Assignment[] | undefined;
  readonly creating?: CreatedGuards | undefined;
  /** What could refuse to hold images of the child's rows. */
  readonly holder: WidthGuard | undefined;
}

/** What would be done for one operation, in order; or why it will not be done. */
export interface Plan {
  readonly operation: Operation;
  /** `unique (wa_message_id) on chat_messages`. */
  readonly title: string;
  readonly table?: TableName;
  readonly steps: readonly Step[];
  readonly refusals: readonly Finding[];
  /** Of a refused plan that only a limit holds back, the steps it would have: to be shown, never done. */
  readonly held?: readonly Step[];
  /** Privileges that doing it needs and the role lacks: notes for who looks, refusals for who does it. */
  readonly lacking?: readonly Finding[];
  /** Privileges that only undoing it needs, and the role lacks: they stop nothing. */
  readonly lackingToUndo?: readonly Finding[];
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
  /** Only where there are any. */
  readonly remaining: readonly RemainingSurvey[];
  /** Only where rows meet one. */
  readonly ties: readonly TieSurvey[];
  /** Only where rows would be refused. */
  readonly guards: readonly GuardSurvey[];
  /** Only where groups depend on each other. */
  readonly linked: readonly LinkedSurvey[];
  readonly relink: RelinkSurvey;
  /** Only where keys may be too long for an index. */
  readonly longKeys?: LongKeys | undefined;
  /** The index that is there does not agree with the table, though there are no copies. */
  readonly damaged?: boolean;
}

/** The part of a survey that ranks the groups as a run would. */
export type RankedSurvey = Pick<
  Survey,
  'differing' | 'references' | 'ambiguous' | 'taken' | 'remaining' | 'ties' | 'guards' | 'linked'
>;

export const NOTHING_RANKED: RankedSurvey = {
  differing: undefined,
  references: undefined,
  ambiguous: [],
  taken: [],
  remaining: [],
  ties: [],
  guards: [],
  linked: [],
};

export const NOTHING_FOUND: Survey = {
  census: { covered: 0, groups: 0, excessRows: 0, largestGroup: 0 },
  disagreeing: 0,
  ...NOTHING_RANKED,
  relink: { lost: 0, matched: 0, ambiguous: 0, missing: 0, waiting: 0 },
};
