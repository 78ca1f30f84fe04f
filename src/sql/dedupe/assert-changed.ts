import { statement } from '../../model/statement.ts';
import type { TableName } from '../../model/table-name.ts';
import { quoteTable } from '../quote.ts';
import type { BatchStatement } from './statements.ts';

/** Rows that an UPDATE was to change. */
interface Changed {
  readonly table: TableName;
  /** SQL: the rows, beside what they were to become. */
  readonly from: string;
  /** SQL: a row is still as it was. */
  readonly kept: string;
  readonly message: string;
}

/** A trigger can keep a row as it was. */
export function assertChanged({ table, from, kept, message }: Changed): BatchStatement {
  return {
    role: 'assert-none',
    writes: { table, command: 'update' },
    statement: statement(`
      select count(*) as rows
        from ${from}
       where ${kept}`),
    message,
    fix: `Disable the trigger that keeps them while msgdb works: alter table ${quoteTable(table)} disable trigger user.`,
  };
}
