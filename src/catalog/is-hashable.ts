import { MsgdbError } from '../model/errors.ts';
import type { TableFacts } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { withSavepoint } from '../session/savepoint.ts';
import { quoteTable } from '../sql/quote.ts';

/**
 * Asks the server whether it can hash a key (bit, money, tsvector … have an order but no extended hash, and arrays and
 * ranges are as good as their elements): hashing a row of NULLs of the key's types looks the functions up.
 */
export async function isHashable(db: Queryable, facts: TableFacts, parts: readonly string[]): Promise<boolean> {
  const columns = parts.map((part, place) => `${part} as k${place + 1}`).join(', ');
  const names = parts.map((_, place) => `k.k${place + 1}`).join(', ');
  const each = statement(`
      select pg_catalog.hash_record_extended(row(${names}), 0)
        from (select) one left join (select ${columns} from ${quoteTable(facts.table)} where false) k on true`);
  try {
    await withSavepoint(db, async () => db.query(each));
    return true;
  } catch (error) {
    const refused =
      error instanceof MsgdbError && ['MSGDB_DATABASE_ERROR', 'MSGDB_PERMISSION_DENIED'].includes(error.code);
    if (!refused) throw error;
    return false;
  }
}
