import { createHash } from 'node:crypto';
import type { TableName } from '../model/facts.ts';
import type { IndexBuild } from '../model/plan.ts';
import type { ScratchRole } from '../model/scratch-index.ts';
import { OWN } from './own-schema.ts';

/** What makes a build the one it is: where its index is wanted, and what it means. */
export type BuildIdentity = Pick<IndexBuild, 'table' | 'name' | 'columns' | 'predicate' | 'nulls' | 'as'>;

/** An index for the time of a build. Its name follows from the build, so that the next run finds what one left. */
export function scratchIndex(role: ScratchRole, build: BuildIdentity): TableName {
  return { schema: build.table.schema, name: `msgdb_${role}_${buildFingerprint(build)}` };
}

/** The index that serves the look-ups of a fence, by the fence's id. */
export function supportIndex({ schema }: TableName, id: string): TableName {
  return { schema, name: `msgdb_support_${id}` };
}

/** The function of a fence, in schema msgdb; `id` is its build's fingerprint. */
export function fenceFunction(id: string): TableName {
  return { schema: OWN, name: `fence_${id}` };
}

/** Ten hexadecimal digits that are the build's own: with another key it is another build. */
export function buildFingerprint({ table, name, columns, predicate, nulls, as }: BuildIdentity): string {
  const identity = [table.schema, table.name, name, columns, predicate ?? null, nulls, as?.definition ?? null];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 10);
}
