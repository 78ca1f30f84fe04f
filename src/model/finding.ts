import { CODES, type ErrorCode } from './codes.ts';
import type { NamedTrigger, ServerFields, SourcePlace } from './failure-facts.ts';
import type { LeftOut } from './left-out.ts';
import type { UPSERT_CODES } from './upsert-codes.ts';

/** Something a person should know and act on; a command that reports one does not end with 0. */
export type Finding = { readonly [Group in keyof Groups]: FindingOf<Groups[Group]> }[keyof Groups];

interface FindingOf<Code extends ErrorCode> {
  readonly code: Code;
  readonly message: string;
  readonly fix: string;
  readonly table?: string;
  readonly migration?: string;
  /** A warning does not end a command with 1. */
  readonly level?: 'warning';
  /** Facts for programs; never row contents. */
  readonly data?: FindingData<Code>;
}

/** What may be known of any finding, and what only those of a code have. */
export type FindingData<Code extends ErrorCode> = Code extends keyof OwnData
  ? FindingFacts & OwnData[Code]
  : FindingFacts;

/** Of an error that a report has as a finding: what the server said of it, and why it matters. */
type FindingFacts = ServerFields & SourcePlace & { readonly why?: string };

type OwnData = {
  /** Columns in which copies differ, and in how many groups. */
  readonly MSGDB_GROUP_DIFFERS: {
    readonly columns?: readonly { readonly column: string; readonly groups: number }[];
  };
  readonly MSGDB_NOTHING_CHECKED: { readonly path?: string; readonly absolute?: string };
  readonly MSGDB_NOT_RESTORED: { readonly runId?: string };
  readonly MSGDB_PLAN_OUTDATED: { readonly leftOut?: readonly LeftOut[] };
  /** Rows, and triggers that may have changed them. */
  readonly MSGDB_VALUE_OVERWRITTEN: { readonly rows?: number; readonly trigger?: readonly NamedTrigger[] };
} & { readonly [Code in UpsertCode]: UpsertFacts };

/** Codes of what is found about an upsert. */
export type UpsertCode =
  | Exclude<keyof typeof UPSERT_CODES, 'MSGDB_NOTHING_CHECKED' | 'MSGDB_SOURCE_NOT_READ'>
  | 'MSGDB_ARBITER_MISSING'
  | 'MSGDB_INDEX_INVALID';

/** The target is null where it has none; `function`: a function of the database, instead of a file. */
type UpsertFacts = { readonly function?: string; readonly target?: string | null };

/** Codes whose findings have the same data. */
type Groups = { readonly [Code in Exclude<keyof OwnData, UpsertCode>]: Code } & {
  readonly upserts: UpsertCode;
  readonly others: Exclude<ErrorCode, keyof OwnData>;
};

/** Makes a finding; the registry's fix serves where none is given. */
export function finding<Code extends ErrorCode>(
  code: Code,
  message: string,
  more: Partial<Omit<FindingOf<Code>, 'code' | 'message'>> = {},
): Finding {
  // A code and its data belong together; that the union has them so is lost on a generic one.
  return { code, message, fix: CODES[code].fix, ...more } as Finding;
}
