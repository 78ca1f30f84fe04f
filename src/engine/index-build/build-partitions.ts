import { isNameTaken } from '../../catalog/is-name-taken.ts';
import { type PartitionFacts, readPartitions } from '../../catalog/read-partitions.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import type { IndexBuild } from '../../model/plan.ts';
import { isScratchIndex } from '../../model/scratch-index.ts';
import type { Statement } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { stopAtSafePoint } from '../../session/keep-to-window.ts';
import { lockSettings, retryLock } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import { attachIndex, createOnly, definitionOn, definitionTail } from '../../sql/index-ddl.ts';
import { partNames } from '../../sql/partitioned-index.ts';
import { scratchIndex } from '../../sql/scratch.ts';
import { type Attempt, attemptBuild, dropConcurrently, findIndex } from './attempt-build.ts';

/** Called for an index of a partition that existed before and becomes a part of the new one. */
export type Adopt = (adopted: {
  readonly table: TableName;
  readonly index: string;
  readonly definition: string;
}) => Promise<void>;

/**
 * Builds an index on a partitioned table while the application writes, which PostgreSQL refuses to do in one statement
 * (0A000): an index on the parent alone, one concurrent build a partition, each attached when it is valid. With the
 * last one the whole becomes valid. Partitions are read again when those that were found are done: one that is attached
 * meanwhile brings its own part. Reading all of them for each would be quadratic (2,000: 16 minutes).
 */
export async function attemptPartitions(run: Run, build: IndexBuild, adopt: Adopt): Promise<Attempt> {
  await refuseForeign(run, build);
  if (!(await findIndex(run, build))) await briefly(run, build.table, [createOnly(build)]);
  for (;;) {
    const partitions = await readPartitions(run.session, build.table, build.name);
    const open = partitions.filter(({ covered }) => !covered);
    // Those whose parent has no part yet are for the next round.
    const next = open.filter(({ parentIndex }) => parentIndex !== undefined);
    if (next.length === 0) return { kind: 'built' };
    const [total, title] = [partitions.length, `partitions of ${tableLabel(build.table)} indexed`];
    for (const [place, partition] of next.entries()) {
      run.emit({ kind: 'progress', title, done: total - open.length + place, total });
      stopAtSafePoint(run);
      const attempt = await coverIfThere(run, build, partition, adopt);
      if (attempt.kind === 'met-copies') return { ...attempt, left: 'nothing' };
    }
  }
}

/** One that was dropped or detached since partitions were read is not there when they are read again. */
async function coverIfThere(run: Run, build: IndexBuild, partition: PartitionFacts, adopt: Adopt): Promise<Attempt> {
  try {
    return await cover(run, build, partition, adopt);
  } catch (error) {
    if (await isStillOpen(run, build, partition, error)) throw error;
    return { kind: 'built' };
  }
}

/** After an error of the server, that is: a run that was interrupted, or has lost its session, looks no further. */
async function isStillOpen(run: Run, build: IndexBuild, { table }: PartitionFacts, error: unknown): Promise<boolean> {
  if (run.session.lost.aborted || run.signal.aborted || sqlstateOf(error) === undefined) return true;
  const partitions = await readPartitions(run.session, build.table, build.name);
  return partitions.some((each) => isSameTable(each.table, table) && !each.covered);
}

async function cover(run: Run, build: IndexBuild, partition: PartitionFacts, adopt: Adopt): Promise<Attempt> {
  const { table, kind, parentIndex, parentDefinition = '', own } = partition;
  if (!parentIndex) return { kind: 'built' };
  const tail = definitionTail(parentDefinition);
  const name = await nameFor(run, build, table, tail);
  // An index that is dropped after the build must not take the user's own indexes along.
  const usable = isScratchIndex(build.name) ? own.filter((index) => index.name === name) : own;
  const there = usable.find(({ definition }) => definitionTail(definition) === tail);
  if (there) {
    if (there.name !== name) await adopt({ table, index: there.name, definition: there.definition });
    await briefly(run, table, [attachIndex(parentIndex, there)]);
    return { kind: 'built' };
  }
  const definition = definitionOn(build, name, table, tail);
  const part: IndexBuild = {
    ...build,
    table,
    partitioned: kind === 'partitioned',
    name,
    as: { definition, comment: undefined },
  };
  if (kind === 'partitioned') {
    // Not valid before its own partitions are covered, but it can be attached at once.
    await briefly(run, table, [createOnly(part), attachIndex(parentIndex, { schema: table.schema, name })]);
    return { kind: 'built' };
  }
  const left = await findIndex(run, part);
  if (left && !left.valid) await dropConcurrently(run, left);
  const attempt = await attemptBuild(run, part);
  if (attempt.kind === 'met-copies') {
    if (attempt.left === 'fence') await dropConcurrently(run, { schema: table.schema, name });
    return attempt;
  }
  try {
    await briefly(run, table, [attachIndex(parentIndex, { schema: table.schema, name })]);
  } catch (error) {
    // Detached while it was built: the index would stay with the table that left.
    const gone = !(await isStillOpen(run, build, partition, error));
    if (gone && (await findIndex(run, part))) await dropConcurrently(run, { schema: table.schema, name });
    throw error;
  }
  return attempt;
}

/** The same name every time, so that the next run finds what one left. */
async function nameFor(run: Run, build: IndexBuild, table: TableName, tail: string): Promise<string> {
  const whole = { ...build, table };
  if (isScratchIndex(build.name)) return scratchIndex('support', whole).name;
  const { plain, long } = partNames(build, table);
  if (plain === long) return long;
  const taken = await isNameTaken(run.session, { schema: table.schema, name: plain });
  if (!taken) return plain;
  const own = await findIndex(run, { table, name: plain });
  return own && (!own.valid || definitionTail(own.definition) === tail) ? plain : long;
}

async function refuseForeign(run: Run, build: IndexBuild): Promise<void> {
  const partitions = await readPartitions(run.session, build.table, build.name);
  const foreign = partitions.find(({ kind }) => kind === 'foreign');
  if (!foreign || !build.unique) return;
  throw new MsgdbError('MSGDB_STOPPED', {
    what: `${tableLabel(build.table)} cannot have a unique index: its partition ${tableLabel(foreign.table)} is a foreign table.`,
    fix: 'Detach the partition, or make the rule for each local partition by itself.',
  });
}

/** Locks the parent or a partition for the moment that a change of the catalogue takes. */
async function briefly(run: Run, table: TableName, statements: readonly Statement[]): Promise<void> {
  await retryLock(run, table, async () =>
    run.session.transaction({ settings: lockSettings(run) }, async (tx) => {
      for (const each of statements) await tx.query(each);
    }),
  );
}
