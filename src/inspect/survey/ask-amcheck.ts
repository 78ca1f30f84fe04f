import { readExtensionSchema } from '../../catalog/read-extension-schema.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { IndexFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { withSavepoint } from '../../session/savepoint.ts';
import { compareWithTable } from '../../sql/amcheck.ts';

/** data_corrupted, index_corrupted */
const DAMAGED: ReadonlySet<string> = new Set(['XX001', 'XX002']);

/** What the extension amcheck says of an index. `absent`: it is not installed. */
export type AmcheckAnswer =
  | { readonly kind: 'sound' | 'absent' }
  | { readonly kind: 'damaged' | 'denied'; readonly message: string };

/** Compares an index with its table, entry by entry, by the extension amcheck where it is installed. */
export async function askAmcheck(db: Queryable, index: IndexFacts): Promise<AmcheckAnswer> {
  const schema = await readExtensionSchema(db, 'amcheck');
  if (schema === undefined) return { kind: 'absent' };
  try {
    await withSavepoint(db, async () => db.query(compareWithTable(schema, index)));
    return { kind: 'sound' };
  } catch (error) {
    const sqlstate = sqlstateOf(error);
    const denied = error instanceof MsgdbError && error.code === 'MSGDB_PERMISSION_DENIED';
    // Another error, such as a cancel or a lack of memory, says nothing about the index.
    if (!denied && !(sqlstate && DAMAGED.has(sqlstate))) throw error;
    return { kind: denied ? 'denied' : 'damaged', message: error instanceof Error ? error.message : String(error) };
  }
}
