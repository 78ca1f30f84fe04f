import { z } from 'zod';
import { explainQuery } from '../../catalog/explain-query.ts';
import type { Key } from '../../model/dedupe.ts';
import type { Census, IndexFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import { allowIndexes, scanTable } from '../../sql/dedupe/keyed.ts';
import { countEntries, readInAnyOrder, readInOrder } from '../../sql/index-entries.ts';
import { countCovered } from '../../sql/key-widths.ts';
import { askAmcheck } from './ask-amcheck.ts';

const entriesSchema = z.object({ entries: z.coerce.number(), misplaced: z.coerce.number() });

/**
 * Is the index that would be accepted damaged, though the table has no copies? Those it let in may be gone, and it still
 * does not lead to every row: the next copy would come in. amcheck says so; without it, what the index leads to is counted.
 */
export async function findDamage(
  db: Queryable,
  { key, judgement: { serving }, refusals }: ResolvedRule,
  census: Census,
): Promise<boolean> {
  if (refusals.key.all.length > 0 || !serving || census.excessRows > 0) return false;
  const answer = await askAmcheck(db, serving);
  if (answer.kind === 'sound' || answer.kind === 'damaged') return answer.kind === 'damaged';
  const rows = key.grouping === 'index' ? await countRows(db, key) : census.covered;
  const query = countEntries(orderAs(serving, key));
  const [, used] = await Promise.all([db.query(readInOrder()), explainQuery(db, query.text)]);
  // Another index says nothing of this one; those of partitions have names of their own.
  const itself = used.length === 1 && used[0] === serving.name;
  const [[row]] = await Promise.all([
    itself ? db.query(query) : [],
    db.query(readInAnyOrder()),
    db.query(allowIndexes()),
  ]);
  if (!row) return false;
  const { entries, misplaced } = entriesSchema.parse(row);
  return entries !== rows || misplaced > 0;
}

/** The census may have been read from this very index. */
async function countRows(db: Queryable, key: Key): Promise<number> {
  const [, [row]] = await Promise.all([db.query(scanTable()), db.query(countCovered(key))]);
  return Number(row?.covered);
}

/** The columns of a key as the index has them: a rule does not say in which order. */
function orderAs({ key: parts }: IndexFacts, key: Key): Key {
  const columns = parts.flatMap(({ column }) =>
    key.columns.filter((each) => 'column' in each && each.column === column),
  );
  return columns.length === key.columns.length ? { ...key, columns } : key;
}
