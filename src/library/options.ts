import type { UserConfig } from '../config/define-config.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';

/** Which database, where the project is, and how to work: beside these, the settings of a config file. */
export interface MsgdbOptions extends UserConfig {
  /** A `postgresql://` URL or a libpq keyword/value string; goes before `databaseUrl` and the environment. */
  readonly url?: string | undefined;
  /** Absolute path, or `file:` URL, of the folder in which relative paths start. The library never asks for the process's. */
  readonly cwd?: string | URL | undefined;
  /**
   * Environment variables that name and complete the connection, as for the command (`DATABASE_URL`, `PGPASSWORD` …, and
   * `~/.pgpass` with them); most often `process.env`. Left out: none is read.
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Stops whatever is running at its next safe point. */
  readonly signal?: AbortSignal | undefined;
}

/** What every call takes. */
export interface CallOptions {
  /** Stops this call at its next safe point: it is rejected with MSGDB_INTERRUPTED. */
  readonly signal?: AbortSignal | undefined;
}

/** A rule of the caller's own instead of those of the migrations. */
export interface RuleOptions extends CallOptions {
  readonly rule?: UniqueKey | undefined;
}

export interface MigrateOptions extends CallOptions {
  /** Show the plan, and change nothing. */
  readonly dryRun?: boolean | undefined;
  /** The last migration to apply: its name, or the number it begins with. */
  readonly to?: string | undefined;
  /** The one migration to apply. */
  readonly only?: string | undefined;
  /** Also apply migrations that sort before one already applied, or share a number. */
  readonly allowOutOfOrder?: boolean | undefined;
}

export interface RollbackOptions extends CallOptions {
  readonly dryRun?: boolean | undefined;
  /** Undo everything after this migration, which stays. */
  readonly to?: string | undefined;
  /** Number of migrations to undo, the latest first. Default 1. */
  readonly step?: number | undefined;
}

export interface VerifyOptions extends RuleOptions {
  /** Trust no index: read the tables themselves, and compare the indexes with them. */
  readonly heap?: boolean | undefined;
  /** Let this number of sessions upsert one key of each rule at the same time, in a scratch schema. */
  readonly race?: number | undefined;
}

export interface FindDuplicatesOptions extends RuleOptions {
  /** How many groups to show of each rule. Default 5. */
  readonly samples?: number | undefined;
  /** Show how the copies came; `by`: the column that says when a row was written. */
  readonly explain?: boolean | { readonly by?: string | undefined } | undefined;
}

export interface DedupeOptions extends RuleOptions {
  /** Show what would be removed, and change nothing. */
  readonly dryRun?: boolean | undefined;
  readonly samples?: number | undefined;
}

export interface CheckUpsertsOptions extends CallOptions {
  /** One SQL text in place of files. */
  readonly sql?: string | undefined;
  /** Files and folders; without them those of the setting `sources`, or all below `cwd`. */
  readonly paths?: readonly string[] | undefined;
  /** Judge by the schema in this file instead of the database. */
  readonly schemaFile?: string | undefined;
  /** Judge by what the schema will be once the pending migrations are applied. */
  readonly withPending?: boolean | undefined;
  /** What could not be resolved or read is a finding. */
  readonly strict?: boolean | undefined;
  /** A file of known findings, which are not reported again. */
  readonly baseline?: string | undefined;
}

export interface PreflightOptions extends CallOptions {
  /** A folder of another tool's migrations, or files; those that are found below `cwd` if left out. */
  readonly paths?: readonly string[] | undefined;
  /** One SQL text in place of files. */
  readonly sql?: string | undefined;
  /** Whose migrations they are: `prisma`, `flyway`, `sql` and so on; found out if left out. */
  readonly runner?: string | undefined;
  /** Applied migrations too. */
  readonly all?: boolean | undefined;
  /** Only what comes after this migration, whatever the history says. */
  readonly since?: string | undefined;
  /** How many groups to show of each key. Default 5. */
  readonly samples?: number | undefined;
  /** What is not known is a finding. */
  readonly strict?: boolean | undefined;
  /**
   * Remove the copies that the statements would meet, by the setting `rules`, and look at the statements again. Nobody is asked:
   * look first, with `dryRun`.
   */
  readonly repair?: boolean | undefined;
  /** With `repair`: show what would be done, and change nothing. */
  readonly dryRun?: boolean | undefined;
  /** With `repair`: also build the indexes of the statements, so that the deploy finds them done. */
  readonly build?: boolean | undefined;
  /** With `repair`: keep new copies out this long, by a fence that ends by itself: `30m`, from `1s` to `24h`. */
  readonly keepFence?: string | undefined;
}

export interface DropFencesOptions extends CallOptions {
  /** The table whose fences go; all of them if left out. */
  readonly table?: string | undefined;
}

export interface ApplyOptions extends CallOptions {
  /** Show the plan, and change nothing. */
  readonly dryRun?: boolean | undefined;
}
