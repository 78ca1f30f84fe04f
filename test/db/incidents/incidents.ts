import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { type RollbackOptions, rollback } from '../../../src/commands/rollback/rollback.ts';
import type { MigrateReport, RollbackReport } from '../../../src/model/report.ts';
import type { TestDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';

const REPOSITORY = new URL('../../../', import.meta.url);

/** One of the five, with its migration and every table that belongs to it. */
export interface Incident {
  readonly name: string;
  readonly migration: string;
  /** The table that the application upserts into. */
  readonly table: string;
  readonly tables: readonly string[];
}

export const WABA: Incident = {
  name: 'waba-accounts',
  migration: '0001-waba-accounts',
  table: 'waba_accounts',
  tables: ['users', 'waba_accounts', 'waba_phone_numbers'],
};
export const CHAT: Incident = {
  name: 'chat-messages',
  migration: '0002-chat-messages',
  table: 'chat_messages',
  tables: ['chat_messages', 'chat_attachments', 'chat_reactions'],
};
export const CONVERSATIONS: Incident = {
  name: 'conversations',
  migration: '0003-conversations',
  table: 'conversations',
  tables: [
    'page_connections',
    'instagram_connections',
    'telegram_connections',
    'widget_configs',
    'conversations',
    'messages',
  ],
};
export const SESSION: Incident = {
  name: 'session-upsert',
  migration: '0004-session-upsert',
  table: 'whatsapp_conversations',
  tables: ['businesses', 'whatsapp_conversations', 'whatsapp_conversation_labels', 'whatsapp_messages'],
};
export const META: Incident = {
  name: 'meta-assets-cache',
  migration: '0005-meta-assets-cache',
  table: 'meta_assets_cache',
  tables: ['workspaces', 'meta_assets_cache'],
};

export const ALL: readonly Incident[] = [WABA, CHAT, CONVERSATIONS, SESSION, META];

/** Reads one of an incident's SQL files. */
export async function fixture({ name }: Incident, file: string): Promise<string> {
  return await readFile(new URL(`fixtures/${name}/${file}.sql`, REPOSITORY), 'utf8');
}

/** Empties the database. As good as a new one for these tests, and ten times as fast: 25 ms against 250. */
export async function empty(sql: postgres.Sql): Promise<void> {
  await sql
    .unsafe(`
      set lock_timeout = '60s';
      drop schema if exists msgdb cascade;
      drop schema public cascade;
      create schema public authorization pg_database_owner;
      grant usage on schema public to public`)
    .simple();
}

/** A session that stays in a transaction after these statements, until it is asked to leave or the test ends. */
export async function stayInside(db: TestDatabase, statements: string): Promise<{ leave(): Promise<unknown> }> {
  const session = db.open();
  onTestFinished(() => session.end({ timeout: 0 }));
  await session.unsafe(`begin; ${statements}`).simple();
  return { leave: async () => session.unsafe('commit') };
}

/** Loads incidents as they were found. */
export async function load(sql: postgres.Sql, incidents: readonly Incident[]): Promise<void> {
  for (const incident of incidents) {
    for (const file of ['schema', 'rows']) await run(sql, incident, file);
  }
}

/** Sends one of an incident's SQL files in one simple query. */
export async function run(sql: postgres.Sql, incident: Incident, file: string): Promise<void> {
  await sql.unsafe(await fixture(incident, file)).simple();
}

/** A folder with the migrations of these incidents alone, removed when the test ends. */
export async function migrationsOf(incidents: readonly Incident[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const { migration } of incidents) {
    const file = `${migration}.ts`;
    await copyFile(fileURLToPath(new URL(`migrations/${file}`, REPOSITORY)), join(folder, file));
  }
  return folder;
}

/** Sentences of `expected.sql` (or another such file) that are not true: those whose SELECT returns rows. */
export async function untrue(
  sql: postgres.Sql,
  incidents: readonly Incident[],
  file = 'expected',
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const incident of incidents) {
    for (const statement of (await fixture(incident, file)).split(/;[^\S\n]*(?:\n|$)/)) {
      if (statement.trim() === '') continue;
      const rows = await sql.unsafe(statement);
      const sentence = /^--\s*(.+)$/m.exec(statement)?.[1] ?? statement;
      if (rows.length > 0) wrong.push(`${incident.name}: ${sentence} ${JSON.stringify(rows.slice(0, 3))}`);
    }
  }
  return wrong;
}

/** Every row of the incidents' tables as sorted text. */
export async function contents(
  sql: postgres.Sql,
  incidents: readonly Incident[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = incidents.flatMap((incident) => incident.tables);
  const entries: [string, readonly string[]][] = [];
  for (const table of tables) {
    const rows = await sql.unsafe<{ row: string }[]>(
      `select "each row"::text as row from ${table} as "each row" order by 1`,
    );
    entries.push([table, rows.map(({ row }) => row)]);
  }
  return Object.fromEntries(entries);
}

/** Every definition outside schema msgdb: tables, columns, indexes, constraints and so on, by their names. */
export async function definitions(sql: postgres.Sql): Promise<readonly string[]> {
  const lines = await fingerprint(sql);
  return lines.filter((line) => !/^(?:rows|sequence) /.test(line) && !/\bmsgdb\b/.test(line));
}

/** Where every row lies, who wrote it, and every definition, schema msgdb included. */
export async function physical(sql: postgres.Sql): Promise<readonly string[]> {
  return await fingerprint(sql, { physical: true });
}

/** Is there anything of msgdb's own in the database? */
export async function hasHouse(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql`select to_regnamespace('msgdb') is not null as there`;
  return row?.there === true;
}

/** Applies what is pending and expects it to go well. */
export async function apply(context: Context): Promise<MigrateReport> {
  const report = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  expect(report.findings).toEqual([]);
  expect(report.verdict).toBe('ok');
  return report;
}

/** Undoes migrations and expects every row to be put back. */
export async function undo(
  context: Context,
  options: Pick<RollbackOptions, 'to' | 'step'> = {},
): Promise<RollbackReport> {
  const report = await rollback(context, { dryRun: false, ...options });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ verdict: 'ok', notRestoredRows: 0 });
  return report;
}

/** The application's upsert as it was (`before`) or as it will be (`after`), from upserts.sql. */
export async function upsert(incident: Incident, moment: 'before' | 'after'): Promise<string> {
  const statements = (await fixture(incident, 'upserts')).split(/;[^\S\n]*(?:\n|$)/);
  const found = statements.find((text) => text.includes(`-- ${moment}: `));
  if (found === undefined) throw new Error(`fixtures/${incident.name}/upserts.sql has no "${moment}"`);
  return found;
}

/** How many rows there are, of a table or of a part of it. */
export async function count(sql: postgres.Sql, from: string): Promise<number> {
  const [row] = await sql.unsafe(`select count(*)::int as count from ${from}`);
  return Number(row?.count);
}

/** An SQL statement of the application's source, by a line that comes before it. */
export async function applicationSql({ name }: Incident, file: string, after: string): Promise<string> {
  const source = await readFile(new URL(`fixtures/${name}/app/${file}`, REPOSITORY), 'utf8');
  const text = /`([^`]*ON CONFLICT[^`]*)`/.exec(source.slice(source.indexOf(after)))?.[1];
  if (text === undefined) throw new Error(`no ON CONFLICT after "${after}" in fixtures/${name}/app/${file}`);
  return text;
}
