import { createHash } from 'node:crypto';
import { checksumOf } from '../model/checksum.ts';
import type { ImageColumn, TableImage } from '../model/dedupe.ts';
import { type Statement, statement } from '../model/statement.ts';
import { VERSION } from '../model/version.ts';
import { OWN } from './own-schema.ts';
import { quoteLiteral, quoteName, quoteTable } from './quote.ts';
import { archiveTable, survivorName } from './relation.ts';

/** Makes the schema `msgdb` with the history, the ledger and the register of archives. Safe to run again. */
export function createHistorySchema(): readonly Statement[] {
  return [statement(`create schema if not exists ${OWN}`), ...createHistoryTables()];
}

/** The tables alone: where the schema is there, creating it would take a right on the database, even IF NOT EXISTS. */
export function createHistoryTables(): readonly Statement[] {
  return [
    statement(`revoke all on schema ${OWN} from public`),
    statement(`
      create table if not exists ${OWN}.runs (
        id text primary key,
        command text not null,
        started_at timestamptz not null default clock_timestamp(),
        finished_at timestamptz,
        run_by text not null default current_user,
        version text not null)`),
    statement(`
      create table if not exists ${OWN}.migrations (
        name text primary key,
        checksum text not null,
        state text not null check (state in ('running', 'done', 'failed', 'rolled back')),
        run_id text not null,
        changed_at timestamptz not null default clock_timestamp(),
        duration_ms bigint,
        run_by text not null default current_user,
        version text not null,
        error text)`),
    statement(`
      create table if not exists ${OWN}.ledger (
        id bigint generated always as identity primary key,
        run_id text not null,
        migration text,
        operation integer,
        kind text not null,
        object jsonb not null default '{}',
        row_count bigint not null default 0,
        restored_count bigint not null default 0,
        at timestamptz not null default clock_timestamp(),
        undone_at timestamptz)`),
    statement(`
      create table if not exists ${OWN}.archives (
        name text primary key,
        source_schema text not null,
        source_table text not null,
        columns jsonb not null,
        identity jsonb not null)`),
    statement(`revoke all on all tables in schema ${OWN} from public`),
  ];
}

/** Records a run: the first thing it writes, and only if it writes at all. */
export function openRun(id: string, command = 'script'): Statement {
  return statement(`insert into ${OWN}.runs (id, command, version) values ($1, $2, $3) on conflict do nothing`, [
    id,
    command,
    VERSION,
  ]);
}

/** Gives a row when the archive of a table is there, and known. */
export function findArchive(image: TableImage): Statement {
  const archive = archiveTable(image);
  return statement(`select from ${OWN}.archives where name = $1 and pg_catalog.to_regclass($2) is not null`, [
    archive.name,
    quoteTable(archive),
  ]);
}

/** Makes the typed copy of a table that keeps its rows' images. Safe to run again. */
export function createArchive(image: TableImage): readonly Statement[] {
  const archive = archiveTable(image);
  return [
    statement(`
      create table if not exists ${quoteTable(archive)} (
        msgdb_ledger bigint not null,
        msgdb_image text not null,
        msgdb_pair bigint,
        msgdb_restored_at timestamptz,
        ${archiveColumns(image).join(',\n        ')})`),
    copyAsStored(image),
    // Rows come in the order of the ledger, so block ranges find an entry's at next to no cost; a btree, or a primary
    // key, would take as long as the rows themselves (4 M losers: 16.4 s against 11.4 s).
    statement(
      `create index if not exists ${quoteName(`${archive.name}_ledger`)} on ${quoteTable(archive)}
        using brin (msgdb_ledger)`,
    ),
    statement(
      `create index if not exists ${quoteName(`${archive.name}_pair`)} on ${quoteTable(archive)}
        (msgdb_ledger, msgdb_pair) where msgdb_image <> 'removed'`,
    ),
    // A publication of all tables refuses to update rows that nothing identifies.
    statement(`alter table ${quoteTable(archive)} replica identity full`),
    statement(`revoke all on ${quoteTable(archive)} from public`),
    statement(
      `insert into ${OWN}.archives (name, source_schema, source_table, columns, identity)
       values ($1, $2, $3, $4::text::jsonb, $5::text::jsonb) on conflict (name) do nothing`,
      [
        archive.name,
        image.table.schema,
        image.table.name,
        JSON.stringify(image.columns),
        JSON.stringify(image.identity),
      ],
    ),
  ];
}

/**
 * Long values are copied as the table has them, compressed or not: compressing again what did not get smaller the first time
 * is most of what archiving them takes (2 kB: 2.5 times as much). An archive that is known keeps what it has.
 */
function copyAsStored(image: TableImage): Statement {
  const archive = archiveTable(image);
  const table = quoteLiteral(quoteTable(archive));
  return statement(`
      do $msgdb$
      declare settings text;
      begin
        select string_agg(format('alter column %I set storage external', attname), ', ') into settings
          from pg_catalog.pg_attribute
         where attrelid = ${table}::regclass and attnum > 0 and attstorage in ('m', 'x')
           and not exists (select from ${OWN}.archives where name = ${quoteLiteral(archive.name)});
        if settings is not null then execute concat_ws(' ', 'alter table', ${table}, settings); end if;
      end $msgdb$`);
}

/** The source's columns, and for each removed row the primary key of its survivor. */
function archiveColumns({ columns, identity }: TableImage): readonly string[] {
  const typeOf = ({ storageType, collation }: ImageColumn): string =>
    `${storageType}${collation ? ` collate ${collation}` : ''}`;
  return [
    ...columns.map((column) => `${quoteName(column.name)} ${typeOf(column)}`),
    ...identity.flatMap((name, place) =>
      columns.filter((column) => column.name === name).map((column) => `${survivorName(place)} ${typeOf(column)}`),
    ),
  ];
}

/** What a change belongs to: the run, and the migration's operation if there is one. */
export interface Origin {
  readonly runId: string;
  readonly migration: string | null;
  readonly operation: number | null;
  /** Hash of the plan file that it applies. */
  readonly plan?: string;
}

/** Opens a ledger entry; what is archived next refers to it by `currval`. */
export function openEntry(origin: Origin, kind: string, object: Readonly<Record<string, unknown>>): Statement {
  return statement(
    `insert into ${OWN}.ledger (run_id, migration, operation, kind, object)
     values ($1, $2, $3::text::integer, $4, $5::text::jsonb)`,
    [origin.runId, origin.migration, origin.operation, kind, JSON.stringify(withPlan(object, origin))],
  );
}

/** What kinds of entries of rows statements open, each once. */
export function openedBy(statements: readonly Statement[]): readonly OpenedEntry[] {
  const opened = new Map<string, OpenedEntry>();
  for (const { text, values } of statements) {
    if (!text.startsWith(`insert into ${OWN}.ledger `)) continue;
    const [, , , kind, object] = values.map(String);
    if (kind === 'removed' || kind === 'updated') opened.set(`${kind} ${object}`, { kind, object: object ?? '' });
  }
  return [...opened.values()];
}

/** An entry of rows as it is written: `object` is JSON. */
export interface OpenedEntry {
  readonly kind: 'removed' | 'updated';
  readonly object: string;
}

function withPlan(object: Readonly<Record<string, unknown>>, { plan }: Origin): Readonly<Record<string, unknown>> {
  return plan === undefined ? object : { ...object, plan };
}

/** The id of the entry opened last in this session, asked once a statement and not once a row (0.1 s of 800,000). */
export const CURRENT_ENTRY = `(select pg_catalog.currval('${OWN}.ledger_id_seq'))`;

/** Takes out the entries of a run that turned out to change nothing. */
export function dropEmptyEntries(runId: string): Statement {
  return statement(
    `delete from ${OWN}.ledger where run_id = $1 and row_count = 0 and kind in ('removed', 'updated', 'created')`,
    [runId],
  );
}

/** Records that a migration and all it changed is undone: the end of a script, which no run records. */
export function recordUndone(name: string): readonly Statement[] {
  return [
    // Rows that did not fit stay open: `archive restore` can try them again.
    statement(
      `update ${OWN}.ledger set undone_at = clock_timestamp()
        where migration = $1 and undone_at is null and kind not in ('removed', 'updated', 'created')`,
      [name],
    ),
    statement(
      `update ${OWN}.migrations set state = 'rolled back', changed_at = clock_timestamp(), run_by = current_user
        where name = $1`,
      [name],
    ),
  ];
}

/** What the ledger knows a user's script by: an edited one is another. */
export function scriptChecksum(script: string): string {
  return checksumOf([script]);
}

/** Is what the ledger has the checksum of this script? Versions up to 0.1 counted line ends and trailing blanks. */
export function isScript(script: string, recorded: string): boolean {
  return recorded === scriptChecksum(script) || recorded === createHash('sha256').update(script).digest('hex');
}
