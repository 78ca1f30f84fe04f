import { readTable } from '../../catalog/read-table.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import { truncateBytes } from '../../model/name.ts';
import { addOutcomes, type Outcome } from '../../model/outcome.ts';
import { buildSettings } from '../../session/build-settings.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import type { Run } from '../../session/workplace.ts';
import type { Origin } from '../../sql/history-schema.ts';
import { reindex } from '../../sql/index-ddl.ts';
import { dedupePasses } from '../dedupe/run-dedupe.ts';
import { dropConcurrently } from './attempt-build.ts';
import { noteBuilt } from './note-built.ts';
import { withoutLockTimeout } from './without-lock-timeout.ts';

const MOST_ROUNDS = 5;

/**
 * Builds a damaged unique index again. Until that is done it lets copies in wherever it is damaged: those that the
 * rebuild meets are removed, and it begins again.
 * @throws MsgdbError MSGDB_INDEX_INVALID when copies came in every round.
 */
export async function rebuildIndex(
  run: Run,
  index: TableName,
  dedupe: PlannedDedupe,
  origin: Origin,
): Promise<Outcome> {
  const done: Outcome[] = [];
  const { table } = dedupe.key;
  await dropCopies(run, index, table);
  for (let round = 1; ; round += 1) {
    try {
      await withoutLockTimeout(
        run,
        `rebuilding ${index.name}`,
        async () => run.session.query(reindex(index)),
        buildSettings(run),
      );
      // Of a partitioned one, the parts of partitions that were attached meanwhile are not rebuilt.
      if (!dedupe.key.partitioned) await noteBuilt(run, index);
      await dropCopies(run, index, table);
      return addOutcomes(done);
    } catch (error) {
      if (run.session.lost.aborted || run.signal.aborted) throw error;
      await dropCopies(run, index, table);
      if (sqlstateOf(error) !== '23505') throw error;
      if (round === MOST_ROUNDS) {
        throw new MsgdbError('MSGDB_INDEX_INVALID', {
          what: `${index.name} could not be rebuilt: copies came in each of ${MOST_ROUNDS} rounds.`,
          fix: 'Stop the writer that makes them, and run the same command again.',
          cause: error,
        });
      }
      run.emit({ kind: 'note', message: `the rebuild of ${index.name} met copies; removing them and beginning again` });
      // The limit is the step's: what its earlier passes removed counts.
      const passes = { most: 2, already: addOutcomes(done).removed };
      done.push((await dedupePasses(run, dedupe, origin, passes)).outcome);
    }
  }
}

/** A REINDEX CONCURRENTLY that failed, of this run or one that was killed, leaves `_ccnew`, `_ccnew1`, … or `_ccold`. */
async function dropCopies(run: Run, { name }: TableName, table: TableName): Promise<void> {
  const { indexes } = await readTable(run.session, table);
  for (const each of indexes) if (!each.valid && isCopyOf(each.name, name)) await dropConcurrently(run, each);
}

/** PostgreSQL cuts the index's own name, so that all of it fits into 63 bytes (makeObjectName, 14 to 18). */
function isCopyOf(copy: string, name: string): boolean {
  const ending = /_cc(?:new|old)\d*$/.exec(copy)?.[0];
  return ending !== undefined && copy === `${truncateBytes(name, 63 - ending.length)}${ending}`;
}
