import { readFile } from 'node:fs/promises';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import { packagePath } from './package-path.ts';

/** One of the five incidents that are shipped with msgdb. */
export interface Incident {
  /** Name of its folder in fixtures/ and, after the number, of its migration. */
  readonly name: string;
  /** The table the incident is about. */
  readonly table: string;
}

export const INCIDENTS: readonly Incident[] = [
  { name: 'waba-accounts', table: 'waba_accounts' },
  { name: 'chat-messages', table: 'chat_messages' },
  { name: 'conversations', table: 'conversations' },
  { name: 'session-upsert', table: 'whatsapp_conversations' },
  { name: 'meta-assets-cache', table: 'meta_assets_cache' },
];

/** An incident's table, in the schema that its fixture makes it in. */
export function tableOf({ table }: Incident): TableName {
  return { schema: 'public', name: table };
}

/** Reads one of an incident's SQL files. */
export async function readFixture({ name }: Incident, file: string): Promise<string> {
  return await readFile(packagePath(`fixtures/${name}/${file}.sql`), 'utf8');
}

/** An upsert of the application: what it is, and its SQL. */
export interface Upsert {
  readonly title: string;
  readonly sql: string;
}

/** The application's upsert as it was written, and as it is after the migration. */
export async function readUpserts(incident: Incident): Promise<{ readonly before: Upsert; readonly after: Upsert }> {
  const text = await readFixture(incident, 'upserts');
  return { before: upsertIn(text, 'before', incident), after: upsertIn(text, 'after', incident) };
}

function upsertIn(text: string, label: string, { name }: Incident): Upsert {
  const found = new RegExp(`^-- ${label}: (?<title>.+)\\n(?<sql>[^;]+);`, 'm').exec(text)?.groups;
  if (found?.title && found.sql) return { title: found.title, sql: found.sql };
  throw new MsgdbError('MSGDB_INTERNAL', { what: `fixtures/${name}/upserts.sql has no "${label}" statement.` });
}
