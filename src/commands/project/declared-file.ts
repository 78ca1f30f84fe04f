import type { MigrationFile } from '../../model/migration.ts';
import type { KeyPart } from '../../model/operations/common.ts';
import type { Operation } from '../../model/operations/index.ts';

/**
 * Operations of another tool's migration, as if they were a file. Its name is what the ledger knows their changes by: it
 * follows from what they are about, so that the undo finds them, in another process and under another order of survivors.
 * `schema`: of tables named without one, which may be in several of them.
 */
export function declaredFile(operations: readonly Operation[], schema: string): MigrationFile {
  const name = operations.map((each) => nameOf(each, schema)).join(', ');
  return { name, path: '', checksum: '', migration: { summary: '', up: operations } };
}

function nameOf(operation: Operation, schema: string): string {
  switch (operation.kind) {
    case 'unique-key':
      return `unique key ${inSchema(operation.table, schema)} ${partsOf(operation.key, operation.where)}`;
    case 'drop-unique-key':
      return `drop of unique key ${inSchema(operation.table, schema)} ${partsOf(operation.key, operation.where)}`;
    case 'index':
      return `index ${inSchema(operation.table, schema)} ${partsOf(operation.columns, operation.where)}`;
    case 'relink':
      return `relink ${inSchema(operation.table, schema)} (${operation.column})`;
    case 'expect-index':
      return `expected index ${operation.index}`;
    case 'sql':
      return 'sql';
  }
}

function inSchema(table: string, schema: string): string {
  return table.includes('.') ? table : `${schema}.${table}`;
}

function partsOf(key: readonly KeyPart[], where: string | undefined): string {
  const parts = key.map((part) => (typeof part === 'string' ? part : part.expression));
  return `(${parts.join(', ')})${where === undefined ? '' : ` where ${where}`}`;
}
