import type { TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteTable } from './quote.ts';

export function analyzeTable(table: TableName): Statement {
  return statement(`analyze ${quoteTable(table)}`);
}

export function dropTable(table: TableName): Statement {
  return statement(`drop table ${quoteTable(table)}`);
}

/** Counts the rows, those of tables that inherit from it too. */
export function selectRowCount(table: TableName): Statement {
  return statement(`select count(*) as rows from ${quoteTable(table)}`);
}
