import type { CheckFacts } from '../model/facts.ts';
import type { Queryable } from '../model/statement.ts';
import { ASKED, type ByTable, readOfEach } from './read-of-each.ts';
import { checkSchema } from './table-rows.ts';

/** The CHECK constraints of tables that are asked when a row is changed: a partitioned table's are its partitions' too. */
export async function readChecks(db: Queryable, oids: readonly number[]): Promise<ByTable<CheckFacts>> {
  return await readWhich(db, oids, 'true');
}

/** The same of partitions, without those that the table above has as well. */
export async function readOwnChecks(db: Queryable, oids: readonly number[]): Promise<ByTable<CheckFacts>> {
  return await readWhich(
    db,
    oids,
    `not exists (
         select from pg_catalog.pg_inherits h
           join pg_catalog.pg_constraint above on above.conrelid = h.inhparent
          where h.inhrelid = k.conrelid and above.contype = 'c' and above.conname = k.conname
            and ${isEnforced('above')})`,
  );
}

async function readWhich(db: Queryable, oids: readonly number[], which: string): Promise<ByTable<CheckFacts>> {
  return await readOfEach(
    db,
    oids,
    `
    select asked.oid::bigint as asked,
           k.conname::text as name, pg_catalog.pg_get_expr(k.conbin, k.conrelid) as expression,
           to_jsonb(array(select a.attname::text from pg_catalog.pg_attribute a
                  where a.attrelid = k.conrelid and a.attnum > 0 and a.attnum = any(k.conkey))) as columns,
           coalesce(0 = any(k.conkey), false) as "wholeRow",
           k.convalidated as validated
      from ${ASKED}
      join pg_catalog.pg_constraint k on k.conrelid = asked.oid
     where k.contype = 'c' and ${isEnforced('k')} and ${which}
     order by k.conname`,
    (row) => checkSchema.parse(row),
  );
}

/** NOT ENFORCED came with version 18. */
export function isEnforced(constraint: string): string {
  return `coalesce((to_jsonb(${constraint}) ->> 'conenforced')::boolean, true)`;
}
