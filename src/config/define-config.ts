import type { CopyOptions } from '../model/operations/unique-key.ts';
import type { Redaction } from '../model/redaction.ts';
import type { Library } from '../model/upsert-report.ts';

/** What `msgdb.config.{ts,mts,js,mjs,json}` may hold. Every setting is optional; flags and environment come first. */
export interface UserConfig {
  /** A `postgresql://` URL or a libpq keyword/value string. Better kept in the environment than in a file. */
  readonly databaseUrl?: string | undefined;
  /** The environment variable that holds the URL, such as `POSTGRES_URL`, in the environment or `.env`. */
  readonly databaseUrlVariable?: string | undefined;
  /** Use an embedded PostgreSQL: true for `.msgdb/postgres`, or its directory, relative to this file. */
  readonly embedded?: boolean | string | undefined;
  /** Folder of the migrations, relative to this file. Default `migrations`. */
  readonly migrationsDir?: string | undefined;
  /** Schema of tables named without one. Default `public`. */
  readonly schema?: string | undefined;
  /** Schema of history, ledger and archive: `msgdb`, or `msgdb_NAME` for each project that shares a database. Default `msgdb`. */
  readonly historySchema?: string | undefined;
  /** How long to wait for a server that is starting, such as `60s`. Default `0`. */
  readonly wait?: string | undefined;
  /** How long to wait for another msgdb run, such as `60s`. */
  readonly lockWait?: string | undefined;
  /** PostgreSQL's own lock_timeout for each try, such as `2s`. */
  readonly lockTimeout?: string | undefined;
  readonly lockRetries?: number | undefined;
  readonly strategy?: 'auto' | 'locked' | 'online' | undefined;
  /** How long a whole command may take, such as `30m`: it stops at a safe point, and the next one goes on. Default: no limit. */
  readonly timeout?: string | undefined;
  /** Longest time for one index build, such as `1h`; `0` sets no limit. */
  readonly indexTimeout?: string | undefined;
  /** An index that a foreign key to a rule's table lacks is made for the time of the run, kept, or not made. Default `temporary`. */
  readonly indexReferences?: 'temporary' | 'keep' | 'none' | undefined;
  /** Copies that keep coming while an index is built online are rejected, left out, or let in. Default `reject`. */
  readonly fence?: 'reject' | 'skip' | 'none' | undefined;
  /** How long to wait for long transactions before beginning, such as `10m`; by default they are only warned of. */
  readonly waitForBlockers?: string | undefined;
  /** Sessions that remove batches side by side. Default 1. */
  readonly jobs?: number | undefined;
  /** Rows a transaction: whole groups, or parts of a large one. By default it adapts, so that a batch takes about a quarter of a second. */
  readonly batchSize?: number | undefined;
  /** Pause between two batches, such as `100ms`. */
  readonly batchDelay?: string | undefined;
  /** Hours to work in, such as `22:00-05:00` or `22:00-05:00 Europe/Berlin`: a run stops at a safe point, and the next one continues. Default `none`. */
  readonly window?: string | undefined;
  /** Rows a second that batches work on at most, of all jobs together: `5000` or `'5000/s'`. */
  readonly maxRate?: number | string | undefined;
  /** Write-ahead log a second that the server may write while batches work, such as `16MB`. */
  readonly maxWalRate?: string | undefined;
  /** Wait while a replica is further behind than this, such as `10s`. */
  readonly maxReplicaLag?: string | undefined;
  /** What looking for groups and building indexes may use on the server. Default `256MB`. */
  readonly memory?: string | undefined;
  /** The most rows a plan may remove: a count such as `1000`, or a share of the covered rows such as `'5%'`; or as in a rule. */
  readonly limit?: number | string | { readonly losers: number } | { readonly share: number } | undefined;
  /** What happens to groups whose copies differ: `keep` lets the survivor win, `stop` leaves them alone. Default `keep`. */
  readonly onDiffer?: 'keep' | 'stop' | undefined;
  /** Libraries the application writes upserts with: `verify` shows their forms, such as `['prisma', 'kysely']`. */
  readonly orms?: readonly Library[] | undefined;
  /** Files and folders of the application's source, relative to this file, for `check-upserts`. */
  readonly sources?: readonly string[] | undefined;
  /** Which row stays, and what it takes from the others, for `preflight --repair`: `{ 'users(email)': { keep: ['updated_at desc'] } }`. */
  readonly rules?: Readonly<Record<string, CopyOptions>> | undefined;
  /** Hide the contents of rows in all that is shown: all of them, or those of columns of these names, such as `['content']`. */
  readonly redact?: Redaction | undefined;
  /** What stderr gets while a command works: `human`, or `json`, one object a line. Default `human`. */
  readonly logFormat?: 'human' | 'json' | undefined;
}

/** Types the default export of a `msgdb.config.ts` file; returns it unchanged. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}
