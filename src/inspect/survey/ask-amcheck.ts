import { MsgdbError } from '../../model/errors.ts';
import type { IndexFacts } from '../../model/facts.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { quoteName, quoteTable } from '../../sql/quote.ts';

/** data_corrupted, index_corrupted */
const DAMAGED: ReadonlySet<string> = new Set(['XX001', 'XX002']);

/** What the extension amcheck says of an index. `absent`: it is not installed. */
export type AmcheckAnswer =
  | { readonly kind: 'sound' | 'absent' }
  | { readonly kind: 'damaged' | 'denied'; readonly message: string };

/** Compares an index with its table, entry by entry, by the extension amcheck where it is installed. */
export async function askAmcheck(db: Queryable, index: IndexFacts): Promise<AmcheckAnswer> {
  const [extension] = await db.query(
    statement(`
      select n.nspname as schema from pg_catalog.pg_extension e
        join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'amcheck'`),
  );
  if (!extension) return { kind: 'absent' };
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
        [quoteTable({ schema: index.schema, name: index.name })],
      ),
    );
    await db.query(statement('release savepoint msgdb_amcheck'));
    return { kind: 'sound' };
  } catch (error) {
    const sqlstate = sqlstateOf(error);
    const denied = error instanceof MsgdbError && error.code === 'MSGDB_PERMISSION_DENIED';
    // Anything else, a cancel or a lack of memory say, tells nothing of the index.
    if (!denied && !(sqlstate && DAMAGED.has(sqlstate))) throw error;
    await db.query(statement('rollback to savepoint msgdb_amcheck'));
    return { kind: denied ? 'denied' : 'damaged', message: error instanceof Error ? error.message : String(error) };
  }
}
