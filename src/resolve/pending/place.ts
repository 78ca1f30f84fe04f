import type { Build, Demand } from '../../model/demand.ts';
import type { TableName } from '../../model/facts.ts';
import type { PendingScript, PendingStatement } from '../../model/pending-script.ts';

/** A statement, and where it stands. */
export interface At {
  readonly script: PendingScript;
  readonly statement: PendingStatement;
  /** For people: `at 2_users.sql:3`. */
  readonly where: string;
  readonly inTransaction: Build['inTransaction'];
  /** The same for all statements of one transaction; undefined where it is run by itself. */
  readonly transaction: string | undefined;
}

/** What all demands of a statement have. */
export function placeOf(
  { script, statement }: At,
  table: TableName,
  origin: TableName | undefined,
): Pick<Demand, 'migration' | 'file' | 'line' | 'statement' | 'table' | 'origin'> {
  const { migration, file } = script;
  return { migration, file, line: statement.line, statement: statement.text, table, origin };
}
