/** Where in an application's source something is written; line and column from 1. */
export interface SourcePlace {
  /** Relative to the folder that was searched; for code in the database its own name: `function public.store(text)`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The table that source code names. Only what is written there for all to read is `named`; nothing is guessed. */
export type TableRef =
  | {
      readonly kind: 'named';
      readonly schema: string | undefined;
      /** Names to try in this order: one as written, or those that a framework's convention gives to a class. */
      readonly names: readonly string[];
    }
  /** A class or variable that stands for a table: the framework's own files or its convention say for which. */
  | { readonly kind: 'model'; readonly framework: Framework; readonly name: string }
  | { readonly kind: 'dynamic'; readonly reason: string };

export type Framework =
  | 'prisma'
  | 'sqlalchemy'
  | 'drizzle'
  | 'typeorm'
  | 'sequelize'
  | 'django'
  | 'gorm'
  | 'active-record'
  | 'laravel'
  | 'ecto'
  | 'peewee'
  | 'mikro-orm'
  | 'sea-orm'
  | 'bun'
  | 'ent'
  | 'diesel';

/** One element of a conflict target. `sql` is its text, with placeholders as $n. */
export interface TargetElement {
  readonly sql: string;
  /** Its column; undefined for an expression. */
  readonly column: string | undefined;
}

/** What comes between ON CONFLICT and DO. */
export type Target =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'key';
      readonly elements: readonly TargetElement[];
      readonly where: string | undefined;
      /** `where` with the parameters as the source numbers them, where that is otherwise. */
      readonly whereWritten?: string | undefined;
      /** The names in `where` that are attributes of a class, where a library makes its SQL. */
      readonly attributes?: readonly string[];
      /** Is a value in `where` bound when the statement runs? */
      readonly parameter: boolean;
      /** The client that writes that value into the statement before it is sent, where the file names such a one. */
      readonly filledInBy?: string | undefined;
      /** The client that binds that value to a statement without a name, where the file names such a one. */
      readonly unnamedBy?: string | undefined;
    }
  | { readonly kind: 'constraint'; readonly name: string }
  /** The library takes the table's primary key by default. */
  | { readonly kind: 'primary-key' }
  /** The library looks for a unique index of this name or on these columns, and writes its predicate by itself. */
  | { readonly kind: 'index'; readonly names: readonly string[] }
  /** What may be Prisma's name for a unique key: `email`, or `userId_wabaId`. */
  | { readonly kind: 'prisma-unique'; readonly names: readonly string[] }
  | { readonly kind: 'dynamic'; readonly reason: string };

/** One column that DO UPDATE sets. */
export interface Assignment {
  readonly column: string;
  /**
   * `proposed`: the value of the row that was to be inserted; `given`: one parameter or variable, which may be the
   * same; `kept`: the column as it is; else `other`.
   */
  readonly value: 'proposed' | 'given' | 'kept' | 'other';
}

/** A column that a statement of SQL names as one of its table. */
export interface Mention {
  readonly column: string;
  readonly use: 'inserted' | 'set' | 'read';
}

export type ConflictAction =
  | { readonly kind: 'nothing' }
  /** `assigned` is undefined where the list is made while the program runs. */
  | { readonly kind: 'update'; readonly assigned: readonly Assignment[] | undefined };

interface UpsertCommon {
  readonly place: SourcePlace;
  /** What writes it: `sql`, or the library: `supabase`, `prisma`. */
  readonly via: string;
  /** The statement in one line, shortened. */
  readonly statement: string;
  readonly table: TableRef;
  /** Reason given in a `msgdb-ignore:` comment. */
  readonly ignored: string | undefined;
}

/** INSERT … ON CONFLICT, or what a library makes one of. */
export interface ConflictUpsert extends UpsertCommon {
  readonly kind: 'on-conflict';
  readonly target: Target;
  readonly action: ConflictAction;
  /** Columns of the new row; undefined where they are not written out. */
  readonly inserted: readonly string[] | undefined;
  /** Columns that each new row gives a value which is not NULL, for any parameters. */
  readonly neverNull?: readonly string[];
  /** Was a WHERE with this text written after DO UPDATE SET, where it chooses rows and no index? */
  readonly updateWhere: string | undefined;
  /** What is surely a column of the table; empty where a library names columns, or the SQL is not written out. */
  readonly mentions: readonly Mention[];
  /** The whole statement, where all of it is written out. */
  readonly whole?: WholeStatement | undefined;
  /** Why a statement that is written out is not read as a whole, so that only its target can be judged. */
  readonly unread?: string | undefined;
}

/** A statement in which every placeholder, and every part of a string that a program fills in, is a parameter `$n`. */
export interface WholeStatement {
  readonly text: string;
  /** What a name may be that the statement has no table for: nothing, or a variable of the function around it. */
  readonly names: 'columns' | 'variables';
  /** Is each value one value, so that there are as many as are written? */
  readonly counted: boolean;
  /** Does each parameter take the type of its column, and not the one that the driver gives it? */
  readonly typed: boolean;
}

/** MERGE, or a SELECT followed by an INSERT of the same key: without an index two sessions make two rows. */
export interface RacyUpsert extends UpsertCommon {
  readonly kind: 'merge' | 'check-then-insert';
  /** The columns by which the row is looked for. */
  readonly key: readonly string[];
  /** Further conditions of the lookup: a row that they leave out is not found, and is in the way all the same. */
  readonly filtered: boolean;
}

export type Upsert = ConflictUpsert | RacyUpsert;
