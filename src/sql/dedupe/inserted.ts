import type { TableName } from '../../model/facts.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteTable } from '../quote.ts';

/**
 * Rows that this session has inserted into a table and its partitions, as far as the server counts (track_counts). Those
 * of earlier transactions are in it until they are reported, at most once a second: two readings in one transaction show them.
 */
export function countInserted(table: TableName): Statement {
  return statement(
    `
    select coalesce(sum(pg_catalog.pg_stat_get_xact_tuples_inserted(relid)), 0) as inserted
      from (select $1::regclass::oid as relid
             union select relid from pg_catalog.pg_partition_tree($1::regclass)) as tables`,
    [quoteTable(table)],
  );
}
