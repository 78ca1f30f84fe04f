import type { TableImage } from '../model/dedupe.ts';
import type { TableFacts } from '../model/facts.ts';

/** The table as the archive keeps it. */
export function imageOf(facts: TableFacts): TableImage {
  return {
    table: facts.table,
    partitioned: facts.kind === 'partitioned',
    columns: facts.columns.map(({ name, storageType, collation, generated, expression, identityAlways }) => ({
      name,
      storageType,
      collation,
      generated,
      expression,
      identityAlways,
    })),
    identity: facts.primaryKey,
  };
}
