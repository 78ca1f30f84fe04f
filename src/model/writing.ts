import type { TableName } from './table-name.ts';

/** The table whose rows a statement changes, or makes sure to have been changed, and how. */
export interface Writing {
  readonly table: TableName;
  readonly command: 'insert' | 'update' | 'delete';
}
