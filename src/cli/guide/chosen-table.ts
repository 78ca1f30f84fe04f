import type { TableStatistics } from '../../model/discovery.ts';
import { flagName } from '../../model/name.ts';
import type { Draft } from './draft.ts';
import type { Guide } from './guide.ts';

/** A table as the flags of a command name it: without the schema that is the default. */
export function flagTable(
  { schema, name }: Pick<TableStatistics, 'schema' | 'name'>,
  { context }: Pick<Guide, 'context'>,
): string {
  return schema === context.settings.schema ? flagName(name) : `${flagName(schema)}.${flagName(name)}`;
}

/** The table that was chosen, with its columns. */
export function chosenTable({ flags }: Draft, guide: Pick<Guide, 'tables' | 'context'>): TableStatistics | undefined {
  return guide.tables.find((table) => flagTable(table, guide) === flags.table);
}
