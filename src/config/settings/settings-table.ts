import type { UserConfig } from '../define-config.ts';
import { LIBRARIES } from './libraries.ts';
import { redaction } from './redaction.ts';
import * as kinds from './setting-kinds.ts';

/** A setting: everything that the config file, the flags, their help and the reference know of it. */
export interface Setting {
  // biome-ignore lint/suspicious/noExplicitAny: a kind is read by its own setting alone
  readonly kind: kinds.Kind<any, any, string>;
  /** As a file would have it. */
  readonly default?: unknown;
  /** What holds where there is no default, or where it comes from. */
  readonly otherwise?: string;
  /** Variable of the environment that says it: after a flag, before the file. */
  readonly variable?: string;
  /** `--lock-wait <TIME>`, in commander's notation. */
  readonly flag?: string;
  /** Heading of the help it stands under; a command names those of `command` by itself. */
  readonly group?: 'database' | 'project' | 'output' | 'pace' | 'command';
  readonly meaning: string;
  /** How the engine works is decided by it. */
  readonly engine?: true;
}

/** All settings, in the order of the help. */
export const SETTINGS = {
  databaseUrl: {
    kind: kinds.text('URL or `host=…` string'),
    otherwise: '$MSGDB_DATABASE_URL, $DATABASE_URL, PG*, .env',
    flag: '-u, --database-url <URL>',
    group: 'database',
    meaning: 'database to connect to; a password is safer in the environment than in a file',
  },
  databaseUrlVariable: {
    kind: kinds.text('name'),
    otherwise: 'none',
    meaning: 'variable that holds the URL, in the environment or .env; only $MSGDB_DATABASE_URL goes before it',
  },
  embedded: {
    kind: kinds.folderOrTrue,
    otherwise: '.msgdb/postgres',
    flag: '--embedded [DIR]',
    group: 'database',
    meaning: 'start an embedded PostgreSQL, kept in DIR, and use that',
  },
  wait: {
    kind: kinds.duration,
    default: '0',
    otherwise: 'do not wait',
    flag: '--wait <TIME>',
    group: 'database',
    meaning: 'wait at most this long for a server that is starting',
    engine: true,
  },
  schema: {
    kind: kinds.text('name'),
    default: 'public',
    flag: '--schema <NAME>',
    group: 'database',
    meaning: 'schema of tables named without one; ?schema= in the URL overrides the default',
    engine: true,
  },
  historySchema: {
    kind: kinds.historyName,
    default: 'msgdb',
    variable: 'MSGDB_HISTORY_SCHEMA',
    flag: '--history-schema <NAME>',
    group: 'database',
    meaning:
      'schema of history, ledger and archive: msgdb, or msgdb_NAME for each project that shares a database; $MSGDB_HISTORY_SCHEMA goes before the file',
    engine: true,
  },
  migrationsDir: {
    kind: kinds.text('folder'),
    default: 'migrations',
    flag: '-d, --migrations-dir <DIR>',
    group: 'project',
    meaning: 'folder of the migrations',
  },
  redact: {
    kind: redaction,
    default: false,
    flag: '--redact [COLUMNS]',
    group: 'output',
    meaning: 'hide the contents of rows; as --redact=a,b those of columns of these names alone',
  },
  logFormat: {
    kind: kinds.choice(
      ['human', 'json'],
      'What goes to stderr while a command works is text for people ("human") or one JSON object a line ("json").',
    ),
    default: 'human',
    variable: 'MSGDB_LOG_FORMAT',
    flag: '--log-format <FORMAT>',
    group: 'output',
    meaning:
      'what stderr gets: human, or json, one object a line and nothing else; $MSGDB_LOG_FORMAT goes before the file',
  },
  strategy: {
    kind: kinds.choice(
      ['auto', 'locked', 'online'],
      '"locked" builds the index while writers wait, "online" while they go on; "auto" decides by the time that writers would wait.',
    ),
    default: 'auto',
    flag: '--strategy <NAME>',
    group: 'pace',
    meaning:
      'remove rows and build indexes while writers wait (locked) or go on (online); auto is locked where they wait a second at most',
    engine: true,
  },
  lockWait: {
    kind: kinds.duration,
    default: '60s',
    flag: '--lock-wait <TIME>',
    group: 'pace',
    meaning: 'wait for another msgdb run at most this long',
    engine: true,
  },
  lockTimeout: {
    kind: kinds.duration,
    default: '2s',
    flag: '--lock-timeout <TIME>',
    group: 'pace',
    meaning: "time to wait for a table's lock in each attempt",
    engine: true,
  },
  lockRetries: {
    kind: kinds.count(0),
    default: 10,
    flag: '--lock-retries <N>',
    group: 'pace',
    meaning: 'attempts to lock a table after the first one',
    engine: true,
  },
  timeout: {
    kind: kinds.duration,
    default: '0',
    otherwise: 'never',
    flag: '--timeout <TIME>',
    group: 'pace',
    meaning: 'stop at a safe point when the command has taken this long; the same command goes on from there',
  },
  indexTimeout: {
    kind: kinds.duration,
    default: '0',
    otherwise: 'never',
    flag: '--index-timeout <TIME>',
    group: 'pace',
    meaning: 'stop building an index after this time',
    engine: true,
  },
  indexReferences: {
    kind: kinds.choice(
      ['temporary', 'keep', 'none'],
      'An index that a foreign key lacks is built for the time of the run ("temporary"), built and kept ("keep"), or not built ("none").',
    ),
    default: 'temporary',
    flag: '--index-references <HOW>',
    group: 'pace',
    meaning:
      'an index that a foreign key to the table lacks: built for the run (temporary), built and kept (keep), or none',
    engine: true,
  },
  fence: {
    kind: kinds.choice(
      ['reject', 'skip', 'none'],
      '"reject" fails the statement that makes a copy (23505), "skip" leaves the row out, "none" puts no trigger up.',
    ),
    default: 'reject',
    flag: '--fence <HOW>',
    group: 'pace',
    meaning: 'new copies while an index is built online: reject (23505), skip (drop the new row) or none (let them in)',
    engine: true,
  },
  waitForBlockers: {
    kind: kinds.duration,
    default: '0',
    otherwise: 'warn only',
    flag: '--wait-for-blockers <TIME>',
    group: 'pace',
    meaning: 'before starting, wait at most this long for long transactions to end',
    engine: true,
  },
  jobs: {
    kind: kinds.count(1),
    default: 1,
    flag: '--jobs <N>',
    group: 'pace',
    meaning: 'sessions that remove batches side by side',
    engine: true,
  },
  batchSize: {
    kind: kinds.count(1),
    otherwise: 'as many as take about 250ms',
    flag: '--batch-size <N>',
    group: 'pace',
    meaning: 'rows per transaction: whole groups, or parts of a large one',
    engine: true,
  },
  batchDelay: {
    kind: kinds.duration,
    default: '0',
    otherwise: 'none',
    flag: '--batch-delay <TIME>',
    group: 'pace',
    meaning: 'pause between two batches',
    engine: true,
  },
  window: {
    kind: kinds.window,
    default: 'none',
    otherwise: 'at any time',
    flag: '--window <HOURS>',
    group: 'pace',
    meaning:
      "hours to work in, such as 22:00-05:00 or '22:00-05:00 Europe/Berlin' (else this machine's time zone): a run stops at a safe point with 4, and the next one continues; none lifts it",
    engine: true,
  },
  maxRate: {
    kind: kinds.rate,
    otherwise: 'as fast as batches go',
    flag: '--max-rate <ROWS>',
    group: 'pace',
    meaning: 'rows a second that batches work on at most, of all jobs together: 5000 or 5000/s',
    engine: true,
  },
  maxWalRate: {
    kind: kinds.memory,
    otherwise: 'as fast as batches go',
    flag: '--max-wal-rate <SIZE>',
    group: 'pace',
    meaning: 'write-ahead log a second that the server may write while batches work: 16MB; others that write count',
    engine: true,
  },
  maxReplicaLag: {
    kind: kinds.duration,
    otherwise: 'replicas are not checked',
    flag: '--max-replica-lag <TIME>',
    group: 'pace',
    meaning: 'pause while a replica is further behind than this; the role needs pg_monitor',
    engine: true,
  },
  memory: {
    kind: kinds.memory,
    otherwise: "256MB, or the server's own settings where they are larger",
    flag: '--memory <SIZE>',
    group: 'pace',
    meaning: 'memory on the server for finding groups, ranking them and building indexes, workers included',
    engine: true,
  },
  limit: {
    kind: kinds.limit,
    otherwise: 'half of them, at least 10',
    flag: '--limit <LIMIT>',
    group: 'pace',
    meaning: 'refuse to remove more rows than this, where the rule sets no limit: 1000, or 5% of the rows covered',
    engine: true,
  },
  onDiffer: {
    kind: kinds.choice(
      ['keep', 'stop'],
      'Copies that differ outside the key: "keep" lets the survivor win, "stop" leaves their groups alone.',
    ),
    default: 'keep',
    flag: '--on-differ <HOW>',
    group: 'command',
    meaning: "groups whose copies differ: keep (the survivor's values stay) or stop (the group is left as it is)",
    engine: true,
  },
  orms: {
    kind: kinds.choices(LIBRARIES),
    default: [],
    otherwise: 'none',
    meaning: 'libraries the application writes upserts with: `verify` shows their forms',
  },
  sources: {
    kind: kinds.paths,
    default: [],
    otherwise: "the project's folder",
    meaning: "the application's source, for `check-upserts`; its arguments go first",
  },
  rules: {
    kind: kinds.rules,
    default: {},
    otherwise: 'none',
    meaning: 'what becomes of the copies of a key, for `preflight --repair`: options as in `uniqueKey`',
  },
} as const satisfies {
  readonly [Name in keyof UserConfig]-?: Setting & {
    // biome-ignore lint/suspicious/noExplicitAny: what it is once read is the kind's own
    readonly kind: kinds.Kind<NonNullable<UserConfig[Name]>, any, string>;
  };
};
