import type { Flag } from './flag.ts';

/** Flags of every command; they may stand before the command or after it. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  ...grouped('Database:', {
    '-u, --database-url <URL>': 'database (default: $MSGDB_DATABASE_URL, $DATABASE_URL, PG*, .env)',
    '--embedded [DIR]': 'start an embedded PostgreSQL kept in DIR (default: .msgdb/postgres)',
    '--schema <NAME>': 'schema of tables named without one (default: public)',
  }),
  ...grouped('Project:', {
    '-c, --config <FILE>': 'configuration file (default: msgdb.config.*, searched upwards)',
    '-d, --migrations-dir <DIR>': 'folder of the migrations (default: migrations)',
  }),
  ...grouped('Output:', {
    '--format <FORMAT>': 'human, json, junit, github or sarif (default: human)',
    '--output <FILE>': 'write the report to FILE instead of stdout',
    '--redact': 'hide row contents',
    '-q, --quiet': 'no progress, notes or warnings: only the report and errors',
    '-v, --verbose': 'more detail: SQL, facts behind errors',
    '--no-color': 'no colours',
    '-h, --help': 'show this help',
  }),
];

/** How a command that changes things works; only those commands take them. */
export const PACING_FLAGS: readonly Flag[] = grouped('Locks and pace:', {
  '--strategy <NAME>':
    'how indexes are built: auto (by the time that writers would wait), locked or online (default: auto)',
  '--lock-wait <TIME>': 'wait for another msgdb run at most this long (default: 60s)',
  '--lock-timeout <TIME>': "wait for a table's lock, one attempt (default: 2s)",
  '--lock-retries <N>': 'attempts after the first one (default: 10)',
  '--index-timeout <TIME>': 'give up building an index after this time (default: never)',
  '--index-references <HOW>':
    'an index that a foreign key to the table lacks, where it is needed: temporary, keep or none (default: temporary)',
  '--fence <HOW>': 'copies that keep coming while an index is built online: reject, skip or none (default: reject)',
  '--wait-for-blockers <TIME>': 'wait for long transactions before beginning (default: only warn of them)',
  '--jobs <N>': 'sessions that remove batches side by side (default: 1)',
  '--batch-size <N>': 'rows a transaction, in whole groups (default: as many as take about 250ms)',
  '--batch-delay <TIME>': 'rest between two batches (default: none)',
  '--max-replica-lag <TIME>': 'rest while a replica is further behind (default: do not look)',
  '--memory <SIZE>': 'what finding may use on the server (default: 256MB)',
  '--limit <LIMIT>': 'refuse to remove more rows than this: 1000, or 5% of those covered',
});

/** A uniqueness rule without a migration file. */
export const RULE_FLAGS: readonly Flag[] = grouped('Rule (default: every rule of the migrations):', {
  '--table <TABLE>': 'table, as the catalogue has it: chat, public.Chat, "odd.name"',
  '--key <COLUMNS>': 'columns or expressions that are unique together: a,lower(b)',
  '--where <SQL>': 'only rows that match belong to the rule',
  '--nulls-not-distinct': 'two NULLs are copies of each other',
});

/** Who survives and what it takes from the others: for commands that plan a removal. */
export const SURVIVOR_FLAGS: readonly Flag[] = [
  ...grouped('Rule (default: every rule of the migrations):', {
    '--keep <ORDER>': 'the row that stays comes first: "most complete, updated_at desc"',
  }),
  {
    usage: '--merge <COLUMN=HOW>',
    meaning: 'how it takes a value of the others: first-non-null, min, max, sum, or, and, concat, jsonb-merge',
    group: 'Rule (default: every rule of the migrations):',
    repeatable: true,
  },
];

/** For commands that remove rows by rules. */
export const ON_DIFFER_FLAG = flag(
  '--on-differ <HOW>',
  'copies that differ: keep (the survivor wins) or stop (left alone; default: keep)',
);
export const PLAN_FLAGS: readonly Flag[] = [
  flag('--plan-out <FILE>', 'write the plan to FILE, with every group and row; change nothing'),
  flag('--plan <FILE>', 'do what FILE lists, and no more; groups that have changed are left out'),
];
export const SAMPLES_FLAG = flag('--samples <N>', 'show so many groups a rule, up to five copies of each (default: 5)');
export const DRY_RUN_FLAG = flag('--dry-run', 'show what would be done, change nothing');
export const SQL_FLAG = flag('--sql', 'print it as an SQL script, change nothing');
export const YES_FLAG = flag('-y, --yes', 'do not ask');

/** A flag of one command. */
export function flag(usage: string, meaning: string): Flag {
  return { usage, meaning, group: 'Options:' };
}

function grouped(group: string, flags: Readonly<Record<string, string>>): readonly Flag[] {
  return Object.entries(flags).map(([usage, meaning]) => ({ usage, meaning, group }));
}
