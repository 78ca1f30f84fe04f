import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, type Statement, statement } from '../model/statement.ts';
import { quoteTable } from '../sql/quote.ts';

const oidsSchema = z.object({ oids: z.array(z.string()) });

/** The index itself: one that a statement has just built under this name. Empty when it is gone again. */
export async function readIndexOid(db: Queryable, index: TableName): Promise<readonly string[]> {
  return await readOids(db, selectOid(index));
}

/**
 * What of an index this transaction has built: the whole, or the parts of a partitioned one. CREATE INDEX on a partitioned
 * table takes an index that a partition has already; its row in pg_index is then not written again (14 to 18).
 */
export async function readBuiltHere(tx: Queryable, index: TableName): Promise<readonly string[]> {
  return await readOids(tx, selectBuiltHere(index));
}

async function readOids(db: Queryable, query: Statement): Promise<readonly string[]> {
  const [row] = await db.query(query);
  return oidsSchema.parse(row).oids;
}

function selectOid(index: TableName): Statement {
  return statement(
    `
    select to_jsonb(array(select i.indexrelid::text from pg_catalog.pg_index i
                           where i.indexrelid = pg_catalog.to_regclass($1::text))) as oids`,
    [quoteTable(index)],
  );
}

function selectBuiltHere(index: TableName): Statement {
  return statement(
    `
    select to_jsonb(array(select i.indexrelid::text from pg_catalog.pg_index i
                           where i.indexrelid in (${PARTS})
                             and i.xmin = pg_catalog.pg_current_xact_id_if_assigned()::xid)) as oids`,
    [quoteTable(index)],
  );
}

/** SQL: the index `$1`, and all its parts; of one that is not partitioned pg_partition_tree gives nothing. */
const PARTS = `
      select pg_catalog.to_regclass($1::text)::oid
       union all select relid from pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1::text))`;

/**
 * Is everything that an index covers covered by indexes among `built`? Then their builds have read every row, and let no
 * copies pass. Not where the key calls what a user can replace: the entries are what it gave at the time.
 */
export async function isBuiltAmong(
  db: Queryable,
  table: TableName,
  index: TableName,
  built: ReadonlySet<string>,
): Promise<boolean> {
  const [row] = await db.query(selectIsBuilt(table, index, [...built]));
  return row?.built === true;
}

function selectIsBuilt(table: TableName, index: TableName, built: readonly string[]): Statement {
  return statement(
    `
    with heaps as (
      select c.oid from pg_catalog.pg_class c
       where c.relkind <> 'p'
         and (c.oid = pg_catalog.to_regclass($2::text)
              or c.oid in (select relid from pg_catalog.pg_partition_tree(pg_catalog.to_regclass($2::text)))))
    select count(*) > 0 and bool_and(i.indexrelid is not null) as built
      from heaps h
      left join pg_catalog.pg_index i
        on i.indrelid = h.oid and i.indexrelid in (${PARTS})
       and i.indisunique and i.indisvalid and i.indisready and i.indislive
       and i.indexrelid = any($3::text[]::oid[])
       and not exists (
             select from pg_catalog.pg_depend d
              where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = i.indexrelid
                and d.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass,
                                     'pg_catalog.pg_opclass'::regclass)
                and not exists (select from pg_catalog.pg_depend e
                                 where e.classid = d.refclassid and e.objid = d.refobjid and e.deptype = 'e'))`,
    [quoteTable(index), quoteTable(table), `{${built.join(',')}}`],
  );
}
