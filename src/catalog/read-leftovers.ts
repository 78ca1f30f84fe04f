import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { isKept, type KeptFence } from '../model/kept-fence.ts';
import { isScratchIndex } from '../model/scratch-index.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { OTHERS_AT_WORK } from '../sql/lock-class.ts';
import { OWN, ofUsers } from '../sql/own-schema.ts';
import { supportIndex } from '../sql/scratch.ts';
import { type LeftFence, readFences } from './read-fences.ts';

/** What msgdb made for the time of a build, and is still there. */
export interface Leftovers {
  readonly fences: readonly LeftFence[];
  readonly indexes: readonly ScratchIndex[];
  /** Fences that are to stay for a while yet: they, and the indexes that serve them, are not left over. */
  readonly kept: readonly KeptFence[];
}

const indexSchema = z.object({
  schema: z.string(),
  name: z.string(),
  table_schema: z.string(),
  table_name: z.string(),
  partitioned: z.boolean(),
});

/** Does it serve a fence of another history? That fence may be one that is kept, with no run at work. */
const SERVES_ANOTHER_HISTORY = `exists (
           select from pg_catalog.pg_trigger f
             join pg_catalog.pg_proc p on p.oid = f.tgfoid
             join pg_catalog.pg_namespace h on h.oid = p.pronamespace
            where f.tgrelid = i.indrelid and not (${ofUsers('h.nspname')}) and h.nspname <> $2
              and p.proname like 'fence\\_%' and c.relname = 'msgdb_support_' || substr(p.proname, length('fence_') + 1))`;

/**
 * Reads what builds have left, of this run or of one that was killed. While a run with another history is at work, an index may
 * be that run's: it is not read, except the one that is known to be `mine`. Nor is one that serves another history's fence.
 */
export async function readLeftovers(db: Queryable, mine = ''): Promise<Leftovers> {
  const [fences, indexes] = await Promise.all([
    readFences(db),
    db.query(
      statement(
        `
      select n.nspname::text as schema, c.relname::text as name, m.nspname::text as table_schema,
             t.relname::text as table_name, c.relkind = 'I' as partitioned
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_class t on t.oid = i.indrelid
        join pg_catalog.pg_namespace m on m.oid = t.relnamespace
       -- A partition's part goes with the whole.
       where c.relname like 'msgdb\\_%' and not c.relispartition and (c.relname = $1 or not ${OTHERS_AT_WORK})
         and not ${SERVES_ANOTHER_HISTORY}
       order by 1, 2`,
        [mine, OWN],
      ),
    ),
  ]);
  const kept = fences.flatMap((fence) => (fence.kept && isKept(fence.kept) ? [fence.kept] : []));
  const ids = new Set(kept.map(({ id }) => id));
  const serving = new Set(kept.map(({ table, id }) => supportIndex(table, id).name));
  return {
    kept,
    fences: fences.filter(({ id }) => !ids.has(id)),
    indexes: indexes
      .map((raw) => indexSchema.parse(raw))
      .filter(({ name }) => isScratchIndex(name) && !serving.has(name))
      .map(({ schema, name, table_schema, table_name, partitioned }) => ({
        schema,
        name,
        table: { schema: table_schema, name: table_name },
        partitioned,
      })),
  };
}

/** An index that was made for the time of a build. */
export interface ScratchIndex extends TableName {
  readonly table: TableName;
  readonly partitioned: boolean;
}
