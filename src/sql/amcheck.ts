import type { TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteName, quoteTable } from './quote.ts';

/**
 * Compares an index with its table, entry by entry; of a partitioned one its parts, since it has no entries itself.
 * @param schema of the extension amcheck.
 */
export function compareWithTable(schema: string, index: TableName): Statement {
  return statement(
    `select ${quoteName(schema)}.bt_index_check(part.oid, true)
       from (select $1::text::regclass::oid as oid where not exists (
               select from pg_catalog.pg_partition_tree($1::text::regclass) where not isleaf)
             union all
             select relid from pg_catalog.pg_partition_tree($1::text::regclass) where isleaf
                and relid <> $1::text::regclass) part`,
    [quoteTable(index)],
  );
}
