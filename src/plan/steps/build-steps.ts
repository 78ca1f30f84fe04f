import { countOf } from '../../model/count-of.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { IndexFacts, Partition, TableName } from '../../model/facts.ts';
import type { IndexBuild, Step } from '../../model/plan.ts';
import type { Strategy } from '../../model/plan-settings.ts';
import { tableLabel } from '../../model/table-label.ts';

/** Steps that succeed or fail together, while writers wait. */
export function transactionStep(
  table: TableName,
  steps: readonly Step[],
  reason: string,
  within?: { readonly seconds: number; readonly otherwise: readonly Step[] },
): Step {
  return {
    kind: 'transaction',
    title: `Lock ${tableLabel(table)} against writers, in one transaction`,
    table,
    lock: 'share row exclusive',
    details: [
      `strategy locked: ${reason}`,
      ...(within ? [`if it takes longer than ${within.seconds} s, it is undone and done online`] : []),
    ],
    lockTable: table,
    steps,
    within,
  };
}

/** What else a build is about: copies that come while it continues, and the parts of a partitioned table. */
export interface Around {
  readonly dedupe?: PlannedDedupe;
  readonly partitions?: readonly Partition[];
}

/** Builds an index; online, writers go on, and `dedupe` removes the copies they make meanwhile. */
export function buildStep(build: IndexBuild, strategy: Strategy, { dedupe, partitions = [] }: Around): Step {
  const concurrently = strategy === 'online';
  const parts = partitions.filter(({ kind }) => kind === 'table').length;
  return {
    kind: 'build-index',
    title: `Build ${build.unique ? 'unique ' : ''}index ${build.name}${concurrently ? ' concurrently' : ''}`,
    table: build.table,
    lock: concurrently ? 'share update exclusive' : 'share row exclusive',
    ...(concurrently && build.partitioned
      ? { details: [`${countOf(parts, 'partition')}, each built by itself and then attached`] }
      : {}),
    build,
    concurrently,
    dedupe,
    partitions,
  };
}

/** Makes an index the index of a UNIQUE constraint of the same name. */
export function attachStep(table: TableName, index: string): Step {
  return {
    kind: 'attach-constraint',
    title: `Attach ${index} as a UNIQUE constraint`,
    table,
    lock: 'access exclusive',
    of: table,
    index,
  };
}

/** The index is there already. */
export function acceptStep(table: TableName, index: IndexFacts): Step {
  return {
    kind: 'accept-index',
    title: `Nothing to build: ${index.name} exists and is valid`,
    table,
    lock: 'none',
    of: table,
    index: index.name,
    definition: index.definition,
  };
}

/** The index is there already, and has to be rebuilt: an undo leaves it. */
export function keepStep(table: TableName, index: IndexFacts): Step {
  return { ...acceptStep(table, index), title: `Keep ${index.name}, which is damaged and will be rebuilt` };
}

/** Builds a damaged index again, while the application writes. */
export function rebuildStep(index: IndexFacts, table: TableName, dedupe: PlannedDedupe): Step {
  return {
    kind: 'rebuild-index',
    title: `Rebuild ${index.name}, which is valid but does not find every row`,
    table,
    lock: 'share update exclusive',
    details: ['an index is damaged so by a change of collations (a new glibc or ICU), or by a crash without fsync'],
    index: { schema: index.schema, name: index.name },
    dedupe,
  };
}

/** Drops what a failed build left behind. */
export function dropDebris(index: TableName, table: TableName, strategy: Strategy): Step {
  const concurrently = strategy === 'online';
  return {
    kind: 'drop-index',
    title: `Drop ${index.name}, an invalid leftover of a failed build`,
    table,
    lock: concurrently ? 'share update exclusive' : 'access exclusive',
    index,
    concurrently,
    restore: undefined,
  };
}
