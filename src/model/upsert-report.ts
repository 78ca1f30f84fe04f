import type { ErrorCode } from './codes.ts';

/** Libraries whose form of an upsert `verify` can show. */
export type Library =
  | 'supabase'
  | 'prisma'
  | 'sqlalchemy'
  | 'drizzle'
  | 'kysely'
  | 'knex'
  | 'typeorm'
  | 'sequelize'
  | 'django'
  | 'gorm'
  | 'active-record'
  | 'ecto'
  | 'laravel';

/** One way to write an upsert by a rule, and whether its target finds the index. */
export interface UpsertSpelling {
  readonly via: Library | 'sql';
  readonly text: string;
  readonly works: boolean;
}

/** What an application can write for one rule. */
export interface UpsertAdvice {
  readonly table: string;
  readonly index: string;
  readonly clause: string;
  readonly spellings: readonly UpsertSpelling[];
}

/** How many upserts there are of each kind; those that are ignored are of no other. */
export interface UpsertCounts {
  readonly proven: number;
  readonly errors: number;
  readonly warnings: number;
  readonly unresolved: number;
  readonly ignored: number;
  /** Files that were not read, or not to their end. */
  readonly notRead: number;
}

/** One upsert in an application's source, and what was found out about it. */
export interface UpsertReport {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What writes it: `sql`, or a library. */
  readonly via: string;
  /** In one line, shortened. */
  readonly statement: string;
  readonly table: string | null;
  readonly target: string | null;
  /** `unresolved`: it is put together while the program runs, or the database does not have its table. */
  readonly status: 'ok' | 'error' | 'warning' | 'unresolved';
  /** The gravest of what there is to say. */
  readonly code: ErrorCode | null;
  readonly message: string | null;
  /** The index that the target resolves to. */
  readonly arbiter: string | null;
  readonly fix: string | null;
  /** Why nothing is reported though there is something: a comment's reason, or `baseline`. */
  readonly ignored: string | null;
  /** With --with-pending: what the pending migrations do to it. */
  readonly change: 'mended' | 'broken' | null;
}
