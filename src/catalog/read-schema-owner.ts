import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';
import { OWN } from '../sql/own-schema.ts';

/** Something in schema msgdb that belongs to a role which the present one has no reason to trust. */
export interface ForeignObject {
  /** `the table msgdb.runs`, as a sentence names it. */
  readonly label: string;
  readonly owner: string;
  /** Is code of the owner's run even by one who only reads? */
  readonly runsWhenRead: boolean;
}

const rowSchema = z.object({ label: z.string(), owner: z.string(), runs_when_read: z.boolean() });

/**
 * What of schema msgdb neither the role itself, a superuser nor the owner of the database has made. Who may create
 * schemas can be there first: a trigger on msgdb.runs is run with the rights of whoever writes to it, a view or a
 * policy with those of whoever reads. The function of a fence belongs to whoever owned the table it guards: it can be called by a
 * trigger alone, and one on a table of msgdb's is found by itself.
 */
export async function readForeignObjects(db: Queryable): Promise<readonly ForeignObject[]> {
  const rows = await db.query(
    statement(`
      with own as (select n.oid, n.nspowner from pg_catalog.pg_namespace n where n.nspname = '${OWN}'),
      found (label, owner, runs_when_read) as (
        select 'the schema ${OWN}', nspowner, false from own
        union all
        select case c.relkind when 'r' then 'the table' when 'v' then 'the view' else 'the relation' end
               || ' ${OWN}.' || c.relname, c.relowner,
               c.relkind not in ('r', 'S') or c.relrowsecurity
               or exists (select from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
                           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                             and c.relname in ('runs', 'migrations', 'ledger', 'archives')
                             and t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace)
          from pg_catalog.pg_class c join own on own.oid = c.relnamespace
         where c.relkind not in ('i', 'I', 'c')
        union all
        select 'the function ${OWN}.' || p.proname, p.proowner, false
          from pg_catalog.pg_proc p join own on own.oid = p.pronamespace
         where not (p.proname like 'fence\\_%' and p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype)
        union all
        select 'the trigger ' || g.tgname || ' on ${OWN}.' || c.relname, p.proowner, false
          from pg_catalog.pg_trigger g
          join pg_catalog.pg_class c on c.oid = g.tgrelid
          join own on own.oid = c.relnamespace
          join pg_catalog.pg_proc p on p.oid = g.tgfoid
         where not g.tgisinternal
        union all
        select 'the rule ' || r.rulename || ' on ${OWN}.' || c.relname, c.relowner, false
          from pg_catalog.pg_rewrite r
          join pg_catalog.pg_class c on c.oid = r.ev_class
          join own on own.oid = c.relnamespace
         where c.relkind in ('r', 'p'))
      select label, r.rolname::text as owner, runs_when_read
        from found join pg_catalog.pg_roles r on r.oid = found.owner
       where not r.rolsuper and r.rolname not in (current_user, 'pg_database_owner')
         and r.oid <> (select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())`),
  );
  return rows.map((raw) => {
    const row = rowSchema.parse(raw);
    return { label: row.label, owner: row.owner, runsWhenRead: row.runs_when_read };
  });
}

/** Whose schema msgdb is, and the relations in it; undefined where no such schema is. */
export async function readSchemaOwner(
  db: Queryable,
): Promise<{ readonly owner: string; readonly relations: readonly string[] } | undefined> {
  const [row] = await db.query(
    statement(`
      select pg_catalog.pg_get_userbyid(n.nspowner)::text as owner,
             pg_catalog.to_json(array(select c.relname::text from pg_catalog.pg_class c
                    where c.relnamespace = n.oid and c.relkind not in ('i', 'I', 'c', 'S') order by c.relname)) as relations
        from pg_catalog.pg_namespace n where n.nspname = '${OWN}'`),
  );
  return row && z.object({ owner: z.string(), relations: z.array(z.string()) }).parse(row);
}

/** May the role make schema msgdb, or write to what is there? By the catalogue: a standby gives the same answer. */
export async function mayWriteHistory(db: Queryable): Promise<boolean> {
  const [row] = await db.query(
    statement(`
      select case when n.oid is null
                  then pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create')
                  else pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_schema_privilege(n.oid, 'create')
                       and not exists (select from pg_catalog.pg_class c
                                        where c.relnamespace = n.oid and c.relkind = 'r'
                                          and not pg_catalog.has_table_privilege(c.oid, 'insert')) end as allowed
        from (select) as here left join pg_catalog.pg_namespace n on n.nspname = '${OWN}'`),
  );
  return row?.allowed === true;
}

/** What the schema of the history is called. */
export async function readHistoryName(db: Queryable): Promise<string> {
  const [row] = await db.query(statement(`select '${OWN}' as name`));
  return String(row?.name);
}
