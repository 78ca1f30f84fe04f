import type { KeyColumn } from '../../model/dedupe.ts';
import type { TableName } from '../../model/facts.ts';
import type { IndexBuild } from '../../model/plan.ts';
import { createIndex } from '../index-ddl.ts';

/** The statement whose demand says what columns of a table will hold; it is parsed and never sent. */
export function askAbout(table: TableName, columns: readonly KeyColumn[]): string {
  return askAboutIndex({
    table,
    partitioned: false,
    name: 'asked',
    unique: true,
    method: 'btree',
    columns,
    predicate: undefined,
    nulls: 'distinct',
  });
}

/** The same of an index. */
export function askAboutIndex(build: IndexBuild): string {
  return createIndex(build).text;
}
