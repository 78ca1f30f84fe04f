/** What becomes of a pending statement. */
export type PreflightStatus = 'ok' | 'fails' | 'unresolved';

/** How long others wait for it depends on the table. */
export interface PreflightLock {
  readonly blocks: 'writes' | 'reads and writes';
  /** As the planner estimates; null where the table was never analysed. */
  readonly rows: number | null;
  readonly bytes: number;
}

/** A statement of a pending migration that rows, names or locks could stand in the way of. */
export interface PreflightStatement {
  readonly migration: string;
  readonly file: string;
  readonly line: number;
  /** In one line, shortened. */
  readonly statement: string;
  readonly table: string;
  /** What it asks of the rows. */
  readonly asks: 'unique' | 'not-null' | 'check' | 'type' | 'foreign-key' | 'nothing';
  readonly status: PreflightStatus;
  /** What was seen, or why it is not known. */
  readonly detail: string;
  /** Rows that it would fail with: excess rows of a key, rows that break a constraint. */
  readonly rows: number | null;
  /** Some rows that break a constraint, by their primary key, as text. */
  readonly samples: readonly Readonly<Record<string, string | null>>[];
  /** What waits while it reads its table; null where nothing does. */
  readonly lock: PreflightLock | null;
}

/** A migration that was looked at. */
export interface PreflightMigration {
  readonly name: string;
  readonly file: string;
  /** `failed`: its runner has begun it, and not finished. */
  readonly state: 'pending' | 'applied' | 'failed';
}

/** A statement that rows break, or may break, and that the repair leaves alone. */
export interface LeftStatement {
  readonly migration: string;
  readonly file: string;
  readonly line: number;
  readonly table: string;
  readonly reason: string;
  /** Excess rows that are there now, where an earlier pending statement takes rows away; null elsewhere. */
  readonly rows: number | null;
  /** What removes them before the deploy; a dry run. Null where no removal helps. */
  readonly command: string | null;
}

/** With --build: the index of a statement, and how the deploy finds it done. */
export interface EarlyBuild {
  readonly migration: string;
  readonly file: string;
  readonly line: number;
  readonly table: string;
  readonly index: string | null;
  /** `planned`: a dry run. `there`: it was built before, under this name. */
  readonly state: 'built' | 'planned' | 'there' | 'not built';
  /** What to do in the runner; why it was not built. */
  readonly detail: string;
  /** What the migration is to say instead; empty where nothing is to be changed. */
  readonly statements: readonly string[];
}

/** With --keep-fence: what keeps new copies of a key out until the deploy. */
export interface DeployFence {
  readonly table: string;
  /** `(lower(email))` */
  readonly key: string;
  /** The index that the deploy builds: errors name it. */
  readonly index: string;
  /** `planned`: a dry run. `not needed`: a unique index does it already. */
  readonly state: 'up' | 'planned' | 'not needed' | 'not put up';
  /** Times are ISO 8601; null where no fence is up. */
  readonly since: string | null;
  readonly until: string | null;
  readonly detail: string;
}
