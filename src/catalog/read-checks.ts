import type { CheckFacts } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { checkSchema } from './table-rows.ts';

/** The CHECK constraints of a table that are asked when a row is changed: a partitioned table's are its partitions' too. */
export async function readChecks(db: Queryable, oid: number): Promise<readonly CheckFacts[]> {
  return await readWhich(db, oid, 'true');
}

/** The same of a partition, without those that the table above it has as well. */
export async function readOwnChecks(db: Queryable, oid: number): Promise<readonly CheckFacts[]> {
  return await readWhich(
    db,
    oid,
    `not exists (
         select from pg_catalog.pg_inherits h
           join pg_catalog.pg_constraint above on above.conrelid = h.inhparent
          where h.inhrelid = k.conrelid and above.contype = 'c' and above.conname = k.conname
            and ${isEnforced('above')})`,
  );
}

async function readWhich(db: Queryable, oid: number, which: string): Promise<readonly CheckFacts[]> {
  const rows = await db.query(
    statement(
      `
    select k.conname::text as name, pg_catalog.pg_get_expr(k.conbin, k.conrelid) as expression,
           to_jsonb(array(select a.attname::text from pg_catalog.pg_attribute a
                  where a.attrelid = k.conrelid and a.attnum > 0 and a.attnum = any(k.conkey))) as columns,
           coalesce(0 = any(k.conkey), false) as "wholeRow",
           k.convalidated as validated
      from pg_catalog.pg_constraint k
     where k.conrelid = $1::text::oid and k.contype = 'c' and ${isEnforced('k')} and ${which}
     order by k.conname`,
      [String(oid)],
    ),
  );
  return rows.map((row) => checkSchema.parse(row));
}

/** NOT ENFORCED came with version 18. */
export function isEnforced(constraint: string): string {
  return `coalesce((to_jsonb(${constraint}) ->> 'conenforced')::boolean, true)`;
}
