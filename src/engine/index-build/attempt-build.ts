import { readIndexesOf } from '../../catalog/read-indexes.ts';
import type { IndexFacts, TableName } from '../../model/facts.ts';
import type { IndexBuild } from '../../model/plan.ts';
import { buildSettings } from '../../session/build-settings.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import type { Run } from '../../session/workplace.ts';
import { commentIndex, createIndexConcurrently, dropIndexConcurrently } from '../../sql/index-ddl.ts';
import { noteBuilt } from './note-built.ts';
import { watchBuild } from './watch-build.ts';
import { withoutLockTimeout } from './without-lock-timeout.ts';

/**
 * What became of a build: it was made; or it met copies and left an index that already rejects most new ones
 * (`fence`), or nothing.
 */
export type Attempt =
  | { readonly kind: 'built' }
  | { readonly kind: 'met-copies'; readonly left: 'fence' | 'nothing'; readonly error: unknown };

/** unique_violation; deadlock_detected, when two concurrent builds wait for each other's snapshots. */
const AGAIN = new Set(['23505', '40P01']);

/** Builds an index concurrently, once, and clears away what a failed build left unless it is of use. */
export async function attemptBuild(run: Run, build: IndexBuild): Promise<Attempt> {
  try {
    await watchBuild(run, build, async () =>
      withoutLockTimeout(
        run,
        `building ${build.name}`,
        async () => run.session.query(createIndexConcurrently(build)),
        buildSettings(run),
      ),
    );
    const comment = commentIndex(build);
    if (comment) await run.session.query(comment);
    if (build.unique) await noteBuilt(run, { schema: build.table.schema, name: build.name });
    return { kind: 'built' };
  } catch (error) {
    // Interrupted, the leftover stays for the next run: dropping it would wait for every older transaction.
    if (run.session.lost.aborted || run.signal.aborted) throw error;
    const sqlstate = sqlstateOf(error) ?? '';
    const left = await findIndex(run, build);
    // Out of time, for the same reason; ready, it rejects copies until the next run continues.
    if (sqlstate === '57014') throw error;
    if (!AGAIN.has(sqlstate)) {
      if (left && !left.valid) await dropConcurrently(run, left);
      throw error;
    }
    if (left && !left.valid && left.ready) return { kind: 'met-copies', left: 'fence', error };
    if (left && !left.valid) await dropConcurrently(run, left);
    return { kind: 'met-copies', left: 'nothing', error };
  }
}

/** An index of the build's table, by the build's name. */
export async function findIndex(
  run: Run,
  { table, name }: Pick<IndexBuild, 'table' | 'name'>,
): Promise<IndexFacts | undefined> {
  const indexes = await readIndexesOf(run.session, table);
  return indexes.find((index) => index.name === name);
}

/** Drops an index while readers and writers go on. */
export async function dropConcurrently(run: Run, { schema, name }: TableName): Promise<void> {
  await withoutLockTimeout(run, `dropping ${name}`, async () =>
    run.session.query(dropIndexConcurrently({ schema, name })),
  );
}
