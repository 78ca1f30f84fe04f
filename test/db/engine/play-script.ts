import { parse } from 'libpg-query';
import type postgres from 'postgres';
import type { TestDatabase } from '../../support/database.ts';
import { readImages } from './project.ts';

/** As psql runs it with ON_ERROR_STOP: statement after statement, and no further than an error. */
export async function playScript(db: Pick<TestDatabase, 'open'>, text: string): Promise<void> {
  const client = db.open();
  try {
    for (const statement of await statementsIn(text)) await client.unsafe(statement);
  } finally {
    await client.end();
  }
}

async function statementsIn(text: string): Promise<readonly string[]> {
  const bytes = Buffer.from(text);
  const { stmts } = await parse(text);
  return (stmts ?? []).map(({ stmt_location = 0, stmt_len }) =>
    bytes.subarray(stmt_location, stmt_len ? stmt_location + stmt_len : bytes.length).toString(),
  );
}

/**
 * All that a command leaves, without what is never equal: ids, times, and the order in which entries and images were
 * written.
 */
export async function readEnd(sql: postgres.Sql): Promise<Readonly<Record<string, unknown>>> {
  const lines = async (query: string): Promise<readonly string[]> =>
    (await sql.unsafe<{ line: string }[]>(query)).map(({ line }) => line).toSorted();
  const archives = await lines(`select name as line from msgdb.archives`);
  return {
    rows: await readImages(sql),
    guards: await lines(`
      select concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid, indisready, obj_description(indexrelid)) as line
        from pg_index join pg_class c on c.oid = indrelid
       where relnamespace not in ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace, 'msgdb'::regnamespace)
      union all
      select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
       where contype <> 'n' and connamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'msgdb'::regnamespace)
      union all
      select concat_ws(' ', tgrelid::regclass, tgname, tgenabled) from pg_trigger where not tgisinternal`),
    ledger: await lines(`
      select concat_ws(' ', migration, operation, kind, object - 'archive', row_count, restored_count, undone_at is not null) as line
        from msgdb.ledger`),
    archives: Object.fromEntries(
      await Promise.all(
        archives.map(async (name) => [
          name,
          await lines(`
            select concat_ws(' ', e.migration, e.operation, e.kind,
                             to_jsonb(a) - '{msgdb_ledger,msgdb_pair,msgdb_restored_at}'::text[], msgdb_restored_at is not null) as line
              from msgdb.${name} a join msgdb.ledger e on e.id = a.msgdb_ledger`),
        ]),
      ),
    ),
    migrations: await lines(`select concat_ws(' ', name, state, checksum) as line from msgdb.migrations`),
    debris: await lines(`
      select relname as line from pg_class where relnamespace = 'msgdb'::regnamespace and relname like 'work\\_%'
      union all select proname from pg_proc where pronamespace = 'msgdb'::regnamespace`),
  };
}
