import type { IndexFacts } from '../../model/facts.ts';
import { showName } from '../../sql/show-name.ts';
import type { ConflictUpsert } from '../upsert.ts';
import type { UpsertFacts } from './upsert-facts.ts';

/**
 * Is each column that the index compares one that the statement inserts? Where one is not, a target of it would plan, and two
 * rows that are the same would never meet: each gets an id, a time or a NULL of its own.
 */
export function isBrought(index: IndexFacts, upsert: ConflictUpsert, facts: UpsertFacts): boolean {
  return notBrought(columnsOf(index, facts), upsert, facts).length === 0;
}

/**
 * Of the columns, those that get a value which the statement does not give: without a list, those that are made new in each
 * row. What is computed from columns that it gives is given.
 */
export function notBrought(
  columns: readonly string[],
  { inserted }: ConflictUpsert,
  { columns: all, generated }: UpsertFacts,
): readonly string[] {
  const given = inserted?.map((name) => name.toLowerCase());
  const isGiven = (column: string): boolean => {
    const known = all.find(({ name }) => name === column);
    if (known?.generated) {
      const words = new Set(known.expression?.match(/[\p{L}\p{N}_$]+/gu));
      return all.every(({ name, generated: computed }) => computed || !words.has(name) || isGiven(name));
    }
    // GENERATED ALWAYS AS IDENTITY takes no value of the statement's.
    if (known?.identityAlways) return false;
    return given === undefined ? !generated.includes(column) : given.includes(column.toLowerCase());
  };
  return columns.filter((column) => !isGiven(column));
}

/** The clause as advice: with the columns that it needs, where the statement does not insert them. */
export function writeClause(clause: string, index: IndexFacts, upsert: ConflictUpsert, facts: UpsertFacts): string {
  const missing = notBrought(columnsOf(index, facts), upsert, facts);
  return missing.length === 0
    ? `Write ${clause}.`
    : `Insert ${missing.map(showName).join(' and ')} too, and write ${clause}.`;
}

/** Those in expressions too, where the expression could be read. */
function columnsOf(index: IndexFacts, { reads }: UpsertFacts): readonly string[] {
  const read = reads.get(index.name)?.columns ?? [];
  return read.length > 0 ? read : index.key.flatMap(({ column }) => column ?? []);
}
