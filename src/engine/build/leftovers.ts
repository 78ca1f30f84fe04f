import { z } from 'zod';
import { MsgdbError } from '../../model/errors.ts';
import { isReferenceIndex, isScratchIndex } from '../../model/scratch-index.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { tableLabel } from '../../plan/names.ts';
import { HOUSE } from '../../sql/relation.ts';
import { lockSettings, retryLock } from '../run/retry-lock.ts';
import { dropWorkTables, findWorkTables } from '../run/work-tables.ts';
import type { Run } from '../run/workplace.ts';
import { dropScratch, type ScratchIndex } from './drop-scratch.ts';
import { type LeftFence, takeDownFence } from './raise-fence.ts';

/** What msgdb made for the time of a build, and is still there. */
export interface Leftovers {
  readonly fences: readonly LeftFence[];
  readonly indexes: readonly ScratchIndex[];
}

/** A drop waits for every transaction that uses the table; the end of a run does not wait for ever. */
const SWEEP_TIMEOUT_MS = 30_000;

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

/** Reads what builds have left, of this run or of one that was killed. */
export async function readLeftovers(db: Queryable): Promise<Leftovers> {
  const fences = await db.query(
    statement(
      `select pg_catalog.obj_description(p.oid, 'pg_proc') as comment
         from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where n.nspname = $1 and p.proname like 'fence\\_%' order by p.proname`,
      [HOUSE],
    ),
  );
  const indexes = await db.query(
    statement(`
      select n.nspname::text as schema, c.relname::text as name, m.nspname::text as table_schema,
             t.relname::text as table_name, c.relkind = 'I' as partitioned
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_class t on t.oid = i.indrelid
        join pg_catalog.pg_namespace m on m.oid = t.relnamespace
       -- A partition's part goes with the whole.
       where c.relname like 'msgdb\\_%' and not c.relispartition
       order by 1, 2`),
  );
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

/** A function without its comment, as a dump may leave it, is nobody's fence. */
function readFence(comment: string): readonly LeftFence[] {
  try {
    return [fenceSchema.parse(JSON.parse(comment))];
  } catch {
    return [];
  }
}

/** Is there anything that a run which ended before its time has left? Builds' own, or work tables. */
export async function hasLeftovers(db: Queryable): Promise<boolean> {
  const { fences, indexes } = await readLeftovers(db);
  return fences.length + indexes.length > 0 || (await findWorkTables(db)).length > 0;
}

/**
 * Clears away work tables and what builds left, at the end of a run. An interrupted run takes its fences down and leaves
 * the indexes: dropping those waits for every older transaction, and the next run makes use of them. What cannot be
 * cleared away is named.
 */
export async function sweepAll(run: Run): Promise<void> {
  await sweepLeftovers(run);
  await sweepReferences(run);
  if ((await findWorkTables(run.session)).length === 0) return;
  const sweeping = { ...run, signal: new AbortController().signal };
  // Somebody may read them: a pg_dump locks every table.
  await clear(sweeping, 'work tables', async () =>
    retryLock(sweeping, undefined, async () =>
      run.session.transaction({ settings: lockSettings(run) }, async (tx) => dropWorkTables(tx)),
    ),
  );
}

/** The same for builds alone: work tables may still be needed. */
export async function sweepLeftovers(run: Run): Promise<void> {
  const { fences, indexes } = await readLeftovers(run.session);
  const sweeping = sweepingFrom(run);
  for (const fence of fences) {
    await clear(sweeping, `the fence for ${fence.index} on ${tableLabel(fence.table)}`, async () =>
      takeDownFence(sweeping, fence),
    );
  }
  await dropEach(
    run,
    indexes.filter(({ name }) => !isReferenceIndex(name)),
  );
}

/** Drops the indexes by which children were looked up. */
export async function sweepReferences(run: Run): Promise<void> {
  const { indexes } = await readLeftovers(run.session);
  await dropEach(
    run,
    indexes.filter(({ name }) => isReferenceIndex(name)),
  );
}

async function dropEach(run: Run, indexes: readonly ScratchIndex[]): Promise<void> {
  const sweeping = sweepingFrom(run);
  for (const index of indexes) {
    const what = `index ${index.name} on ${tableLabel(index.table)}`;
    if (run.signal.aborted) run.emit({ kind: 'note', message: `${what} is left: the next run goes on with it` });
    else await clear(sweeping, what, async () => dropScratch(sweeping, index));
  }
}

function sweepingFrom(run: Run): Run {
  const settings = { ...run.settings, indexTimeoutMs: SWEEP_TIMEOUT_MS };
  return { ...run, settings, signal: new AbortController().signal };
}

async function clear(run: Run, what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // Without its session nothing was tried: that is for whoever can open another one.
    if (!(error instanceof MsgdbError) || error.code === 'MSGDB_CONNECTION_LOST') throw error;
    run.emit({ kind: 'note', message: `${what} could not be removed, and the next run tries again: ${error.message}` });
  }
}
