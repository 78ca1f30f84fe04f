import { MsgdbError } from '../model/errors.ts';
import type { Queryable } from '../model/statement.ts';
import { readSchemaOwner } from './read-schema-owner.ts';

/** The tables that the schema of the history has from its first run on. */
const TABLES = ['archives', 'ledger', 'migrations', 'runs'] as const;

export type HistoryTable = (typeof TABLES)[number];

/**
 * Which of its tables the schema of the history lacks; undefined where none is there, so that msgdb has never worked. By the
 * catalogue: to_regclass fails where the role may not use the schema (42501).
 */
export async function findMissingTables(db: Queryable): Promise<readonly HistoryTable[] | undefined> {
  const relations = (await readSchemaOwner(db))?.relations ?? [];
  const missing = TABLES.filter((table) => !relations.includes(table));
  return missing.length === TABLES.length ? undefined : missing;
}

const LOST: Readonly<Record<HistoryTable, string>> = {
  archives: 'which archives there are, and of which tables',
  ledger: 'what the runs have changed, by which it is undone',
  migrations: 'which migrations are applied',
  runs: 'who ran what, and when',
};

/** What says that a part of the history was dropped, and what makes it again. */
export function incompleteHistory(missing: readonly HistoryTable[], history: string): MsgdbError {
  const names = missing.map((table) => `${history}.${table}`);
  const one = names.length === 1;
  return new MsgdbError('MSGDB_HISTORY_INCOMPLETE', {
    what: `${names.join(' and ')} ${one ? 'is' : 'are'} missing, and the other tables of the history are there.`,
    why: `${one ? 'It says' : 'They say'} ${missing.map((table) => LOST[table]).join('; ')}. Without ${one ? 'it' : 'them'} a migration would be applied a second time, or not undone.`,
    fix: `Restore ${one ? 'it' : 'them'} from a backup; or run \`msgdb repair --rebuild\` (first with --dry-run): it makes ${one ? 'the table' : 'the tables'} again, from the migration files and what is in the database.`,
  });
}
