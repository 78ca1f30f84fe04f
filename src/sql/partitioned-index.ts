import type { Partition, TableName } from '../model/facts.ts';
import { truncateBytes } from '../model/name.ts';
import type { IndexBuild } from '../model/plan.ts';
import type { Statement } from '../model/statement.ts';
import { isSameTable } from '../model/table-name.ts';
import { attachIndex, createIndexConcurrently, createOnly, definitionOn, definitionTail } from './index-ddl.ts';
import { buildFingerprint } from './scratch.ts';

/** What a partition's part of an index is called; the longer form where the plain one is taken or does not fit. */
export function partNames(build: IndexBuild, partition: TableName): { readonly plain: string; readonly long: string } {
  const plain = `${partition.name}_${build.name}`;
  const long = `${truncateBytes(plain, 52)}_${buildFingerprint({ ...build, table: partition })}`;
  return { plain: Buffer.byteLength(plain) > 63 ? long : plain, long };
}

/**
 * Builds an index on a partitioned table while writers go on: on the parent alone, then on each partition, which is
 * attached; with the last one the whole is valid. Foreign partitions have no part in one that is not unique.
 */
export function createPartitioned(build: IndexBuild, partitions: readonly Partition[]): readonly Statement[] {
  const parts = partitions.flatMap(({ table, parent, kind }) => {
    if (kind === 'foreign') return [];
    const part = partOf(build, table);
    return [
      kind === 'partitioned' ? createOnly(part) : createIndexConcurrently(part),
      attachIndex({ schema: parent.schema, name: nameOn(parent, build) }, { schema: table.schema, name: part.name }),
    ];
  });
  return [createOnly(build), ...parts];
}

function nameOn(table: TableName, build: IndexBuild): string {
  return isSameTable(table, build.table) ? build.name : partNames(build, table).plain;
}

function partOf(build: IndexBuild, table: TableName): IndexBuild {
  const name = nameOn(table, build);
  if (!build.as) return { ...build, table, name };
  const definition = definitionOn(build, name, table, definitionTail(build.as.definition));
  return { ...build, table, name, as: { definition, comment: undefined } };
}
