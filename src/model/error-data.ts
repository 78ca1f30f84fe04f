import type { ErrorCode } from './codes.ts';
import type { NamedTrigger, ServerFields, SourcePlace } from './failure-facts.ts';
import type { Finding } from './finding.ts';
import type { NotRestored, Outcome } from './outcome.ts';
import type { Writing } from './writing.ts';

// Type aliases, not interfaces: a report reads them as records of whatever is in them.

/**
 * Facts of an error for programs, by its code: what may be known of any failure, and what only those of a code have.
 */
export type ErrorData<Code extends ErrorCode> = Code extends keyof OwnData ? ErrorFacts & OwnData[Code] : ErrorFacts;

/** What may be known of any failure. */
export type ErrorFacts = ServerFields & SourcePlace & RunFacts;

/** What a run knows of where it failed, and of what it had done. */
type RunFacts = {
  readonly migration?: string;
  readonly table?: string;
  /** The key that a script's index met copies of, and how many. */
  readonly key?: string;
  readonly groups?: number;
  readonly excessRows?: number;
  /** The statements of a script that have run by themselves, and stay. */
  readonly ranLines?: readonly number[];
  /** They are recorded, and the next attempt goes on behind them. */
  readonly resumes?: boolean;
  /** A script was one transaction, and has changed nothing. */
  readonly takenBack?: true;
  /** What the statement was to change. */
  readonly writes?: Writing | undefined;
  /** Triggers that raised it, or kept rows as they were. */
  readonly trigger?: readonly NamedTrigger[];
  /** What batches before it have done. */
  readonly done?: Outcome;
  /** Privileges. */
  readonly lacks?: readonly string[];
  /** What a person should know of what was done before. */
  readonly warnings?: readonly Finding[];
  /** Why a plan was refused. */
  readonly refusals?: readonly Finding[];
};

type OwnData = OfCodes<{
  readonly MSGDB_CONFIG_INVALID: {
    readonly keys?: readonly string[];
    readonly path?: string;
    readonly folder?: string;
  };
  readonly MSGDB_SERVER_STARTING: { readonly code?: string; readonly starting?: true };
  readonly MSGDB_CONNECTION_FAILED: {
    /** What node or the driver calls it, or an SQLSTATE. */
    readonly code?: string;
    /** A server that is starting fails like this. */
    readonly starting?: true;
  };
  readonly MSGDB_EMBEDDED_DIRECTORY: {
    readonly directory?: string;
    readonly made?: string;
    readonly installed?: string;
  };
  readonly MSGDB_EMBEDDED_FAILED: { readonly log?: string; readonly dataDirectory?: string };
  readonly MSGDB_EMBEDDED_MISSING: {
    readonly majorVersion?: number;
    readonly platform?: string;
    readonly arch?: string;
  };
  readonly MSGDB_INTERNAL: { readonly text?: string };
  /** Of the error that made it fail. */
  readonly MSGDB_MIGRATION_FAILED: { readonly code?: ErrorCode };
  readonly MSGDB_NOT_RESTORED: { readonly runId?: string; readonly lost?: readonly NotRestored[] };
  /** Roles that own something in the schema msgdb. */
  readonly MSGDB_PERMISSION_DENIED: { readonly owners?: readonly string[] };
  readonly MSGDB_SERVICE_NOT_FOUND: { readonly service?: string; readonly files?: readonly string[] };
  readonly MSGDB_STOPPED: { readonly rows?: number };
  readonly MSGDB_TLS_FILE: { readonly keyword?: string };
  readonly MSGDB_URL_INVALID: { readonly source?: string };
  /** The nearest word that there is. */
  readonly MSGDB_USAGE: { readonly meant?: string; readonly path?: string };
  /** Of the checks that failed. */
  readonly MSGDB_VERIFY_FAILED: { readonly codes?: readonly (ErrorCode | null)[] };
}>;

/** Keeps a code of another form out of it. */
type OfCodes<Data extends { readonly [Code in keyof Data]: Code extends ErrorCode ? object : never }> = Data;
