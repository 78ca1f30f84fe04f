import { createHash } from 'node:crypto';
import type { TableName } from '../model/facts.ts';
import type { IndexBuild } from '../model/plan.ts';
import type { ScratchRole } from '../model/scratch-index.ts';
import { HOUSE } from './relation.ts';

/** What names a build: the index that is wanted, and its table. */
export type BuildName = Pick<IndexBuild, 'table' | 'name'>;

/** An index for the time of a build. Its name follows from the build, so that the next run finds what one left. */
export function scratchIndex(role: ScratchRole, build: BuildName): TableName {
  return { schema: build.table.schema, name: `msgdb_${role}_${fingerprint(build)}` };
}

/** The function of a build's fence, in schema msgdb. */
export function fenceFunction(build: BuildName): TableName {
  return { schema: HOUSE, name: `fence_${fingerprint(build)}` };
}

/** Ten hexadecimal digits that are the build's own. */
export function fingerprint({ table, name }: BuildName): string {
  return createHash('sha256')
    .update(JSON.stringify([table.schema, table.name, name]))
    .digest('hex')
    .slice(0, 10);
}
