import { MsgdbError } from '../../model/errors.ts';
import type { IndexFacts, OperationFacts } from '../../model/facts.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { tableLabel } from '../../plan/names.ts';
import { quoteName, quoteTable } from '../../sql/quote.ts';
import { sqlstateOf } from '../session/database-error.ts';
import { failed, type Verdict } from './verdict.ts';

/** data_corrupted, index_corrupted */
const DAMAGED: ReadonlySet<string> = new Set(['XX001', 'XX002']);

/** Compares an index with its table, entry by entry, by the extension amcheck where it is installed. */
export async function checkAgainstHeap(
  db: Queryable,
  serving: IndexFacts | undefined,
  facts: OperationFacts,
): Promise<readonly Verdict[]> {
  if (!serving) return [];
  const table = tableLabel(facts.table.table);
  const common = { name: 'heap', table, title: `index ${serving.name} has every row of the table` };
  const [extension] = await db.query(
    statement(`
      select n.nspname as schema from pg_catalog.pg_extension e
        join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'amcheck'`),
  );
  if (!extension) {
    const detail = 'not compared: the extension amcheck is not installed (create extension amcheck)';
    return [{ ...common, status: 'skipped', code: null, detail }];
  }
  await db.query(statement('savepoint msgdb_amcheck'));
  try {
    // A partitioned index has no entries of its own.
    await db.query(
      statement(
        `select ${quoteName(String(extension.schema))}.bt_index_check(part.oid, true)
           from (select $1::text::regclass::oid as oid where not exists (
                   select from pg_catalog.pg_partition_tree($1::text::regclass) where not isleaf)
                 union all
                 select relid from pg_catalog.pg_partition_tree($1::text::regclass) where isleaf
                    and relid <> $1::text::regclass) part`,
        [quoteTable({ schema: serving.schema, name: serving.name })],
      ),
    );
    await db.query(statement('release savepoint msgdb_amcheck'));
    return [{ ...common, status: 'ok', code: null, detail: 'compared by amcheck' }];
  } catch (error) {
    const sqlstate = sqlstateOf(error);
    const denied = error instanceof MsgdbError && error.code === 'MSGDB_PERMISSION_DENIED';
    // Anything else, a cancel or a lack of memory say, tells nothing of the index.
    if (!denied && !(sqlstate && DAMAGED.has(sqlstate))) throw error;
    await db.query(statement('rollback to savepoint msgdb_amcheck'));
    const message = error instanceof Error ? error.message : String(error);
    if (denied) return [{ ...common, status: 'skipped', code: null, detail: `not compared: ${message}` }];
    return [failed(common, 'MSGDB_INDEX_DAMAGED', message)];
  }
}
