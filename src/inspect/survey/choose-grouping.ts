import { expectGroups } from '../../catalog/expect-groups.ts';
import type { Key } from '../../model/dedupe.ts';
import type { IndexPartFacts, OperationFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { groupByKey, readKeys } from '../../sql/dedupe/find-groups.ts';
import { setLocally } from '../../sql/settings.ts';

/** How groups are found: by reading an index alone, by hashing or sorting the keys, or by sorting hashes of them. */
export type Grouping = 'index' | 'hashed keys' | 'sorted keys' | 'sorted hashes';

/** Fewer rows are grouped as quickly in any way. */
const LEAST_ROWS = 100_000;
/** A table of fewer bytes has fewer rows: the planner is not asked. */
const LEAST_BYTES = 4 * 1024 * 1024;
/** With more groups than this share of the rows, a hash table is looked up with too little gain: sorting is quicker. */
const MOST_GROUPS = 0.5;
/** A sorted hash takes eight bytes; a key of two such values is not much dearer, and needs no second look. */
const MOST_BYTES = 16;

/** What is known of the key and of its table. */
export type KnownFacts = Pick<OperationFacts, 'parts' | 'table'>;

/** Chooses by what the planner expects: see docs/decisions/0033. Indexes may be read as the key says. */
export async function chooseGrouping(db: Queryable, key: Key, facts: KnownFacts | undefined): Promise<Grouping> {
  if (key.grouping === 'sort') return 'hashed keys';
  const small = facts !== undefined && facts.table.bytes < LEAST_BYTES;
  // Rows that are not known to be visible to all are looked up one by one: then the table is the quicker way.
  if (key.grouping === 'index' && (small || (await expectGroups(db, groupByKey(key))).indexOnly)) return 'index';
  if (!small && (await hasFewGroups(db, key))) return 'hashed keys';
  return isNarrow(facts?.parts ?? []) ? 'sorted keys' : 'sorted hashes';
}

/** Are there so few groups that the server holds them in memory? */
async function hasFewGroups(db: Queryable, key: Key): Promise<boolean> {
  const [{ rows }, , groups] = await Promise.all([
    expectGroups(db, readKeys(key)),
    db.query(setLocally('enable_hashagg', 'on')),
    expectGroups(db, groupByKey(key)),
    db.query(setLocally('enable_hashagg', 'off')),
  ]);
  return rows >= LEAST_ROWS && groups.inMemory && groups.rows <= rows * MOST_GROUPS;
}

function isNarrow(parts: readonly IndexPartFacts[]): boolean {
  const widths = parts.map(({ length }) => (length < 0 ? Number.POSITIVE_INFINITY : length));
  return parts.length > 0 && widths.reduce((sum, width) => sum + width, 0) <= MOST_BYTES;
}
