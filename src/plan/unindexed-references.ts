import type { Census, OperationFacts, TableFacts } from '../model/facts.ts';
import type { Dedupe, ResolvedReference } from '../model/plan.ts';
import { tableLabel } from './names.ts';

/** Reading so much takes some seconds, also from memory. */
const WORTH_SAYING_BYTES = 4 * 1024 ** 3;

/**
 * Foreign keys whose columns no index begins with: for each row that goes, PostgreSQL itself looks for children that
 * still name it, and so reads the whole child table each time.
 */
export function unindexedNotes(dedupe: Dedupe, { related, table }: OperationFacts, census: Census): readonly string[] {
  return dedupe.references.flatMap((reference) => {
    const child = [table, ...related].find((each) => isSame(each, reference));
    if (reference.kind !== 'foreign-key' || !child || isIndexed(child, reference)) return [];
    if (child.bytes * census.excessRows < WORTH_SAYING_BYTES) return [];
    const name = tableLabel(child.table);
    const columns = reference.columns.map((column) => column.name).join(', ');
    return [
      `No index begins with ${name} (${columns}), so PostgreSQL reads all of ${name} for each row that goes. ` +
        `This makes it quick: create index concurrently on ${name} (${columns})`,
    ];
  });
}

function isIndexed({ indexes }: TableFacts, { columns }: ResolvedReference): boolean {
  const names = columns.map((column) => column.name);
  return indexes.some(({ valid, predicate, key }) => {
    const first = key[0]?.column;
    return valid && predicate === undefined && first !== undefined && names.includes(first);
  });
}

function isSame({ table }: TableFacts, { child }: ResolvedReference): boolean {
  return table.schema === child.table.schema && table.name === child.table.name;
}
