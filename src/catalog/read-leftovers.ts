import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { isScratchIndex } from '../model/scratch-index.ts';
import { type Queryable, statement } from '../model/statement.ts';
import type { FenceMode } from '../sql/fence-body.ts';
import { OTHERS_AT_WORK } from '../sql/lock-class.ts';
import { OWN } from '../sql/own-schema.ts';

/** What msgdb made for the time of a build, and is still there. */
export interface Leftovers {
  readonly fences: readonly LeftFence[];
  readonly indexes: readonly ScratchIndex[];
}

const fenceSchema = z.object({
  id: z.string(),
  table: z.object({ schema: z.string(), name: z.string() }),
  index: z.string(),
  // Missing where an earlier version put it up.
  mode: z.enum(['reject', 'skip']).default('reject'),
  hash: z.string().default(''),
});

const indexSchema = z.object({
  schema: z.string(),
  name: z.string(),
  table_schema: z.string(),
  table_name: z.string(),
  partitioned: z.boolean(),
});

/**
 * Reads what builds have left, of this run or of one that was killed. While a run with another history is at work, an index may
 * be that run's: it is not read, except the one that is known to be `mine`.
 */
export async function readLeftovers(db: Queryable, mine = ''): Promise<Leftovers> {
  const [fences, indexes] = await Promise.all([
    db.query(
      statement(
        `select pg_catalog.obj_description(p.oid, 'pg_proc') as comment
         from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where n.nspname = $1 and p.proname like 'fence\\_%' order by p.proname`,
        [OWN],
      ),
    ),
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
       order by 1, 2`,
        [mine],
      ),
    ),
  ]);
  return {
    fences: fences.flatMap((row) => readFence(String(row.comment))),
    indexes: indexes
      .map((raw) => indexSchema.parse(raw))
      .filter(({ name }) => isScratchIndex(name))
      .map(({ schema, name, table_schema, table_name, partitioned }) => ({
        schema,
        name,
        table: { schema: table_schema, name: table_name },
        partitioned,
      })),
  };
}

/** A function without its comment, as a dump may leave it, is not a fence of msgdb. */
function readFence(comment: string): readonly LeftFence[] {
  try {
    return [fenceSchema.parse(JSON.parse(comment))];
  } catch {
    return [];
  }
}

/** What it takes to take a fence down. */
export interface StandingFence {
  readonly table: TableName;
  readonly id: string;
}

/** A fence, as the comment of its function describes it. */
export interface LeftFence extends StandingFence {
  /** The one that was being built. */
  readonly index: string;
  readonly mode: FenceMode;
  /** Of all it does. */
  readonly hash: string;
}

/** An index that was made for the time of a build. */
export interface ScratchIndex extends TableName {
  readonly table: TableName;
  readonly partitioned: boolean;
}
