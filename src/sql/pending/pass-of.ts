import type { AlterTableCmd } from 'libpg-query';

/** Whatever the order in the statement: columns and constraints go first, then types change, then columns come. */
export function passOf({ subtype = 'AT_SetNotNull' }: AlterTableCmd): number {
  if (subtype.startsWith('AT_Drop')) return 0;
  if (subtype === 'AT_AlterColumnType') return 1;
  if (subtype === 'AT_AddColumn') return 2;
  return subtype === 'AT_AddConstraint' ? 4 : 3;
}
