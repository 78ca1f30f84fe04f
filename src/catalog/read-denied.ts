import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';

/** What a role may not do with something of a name. */
export interface Denied {
  readonly role: string;
  /** Undefined for a schema. */
  readonly table: TableName | undefined;
  readonly schema: string;
  /** `select`, `insert`; of a schema `usage`, `create`. */
  readonly lacks: readonly string[];
}

const rowSchema = z.object({ role: z.string(), schema: z.string(), name: z.string(), lacks: z.array(z.string()) });

/**
 * The privileges on tables of a name that are lacking: to the role whose rights were in force, or, where that has all,
 * to the owner of the table, with whose rights foreign keys are checked. Those that a bare name finds come first.
 * `called` are the functions that were running, the innermost first.
 */
export async function readDeniedTables(
  db: Queryable,
  name: string,
  called: readonly string[],
): Promise<readonly Denied[]> {
  const rows = await db.query(
    statement(
      `
      with ${inForce('$2')}
      select r.rolname::text as role, n.nspname::text as schema, c.relname::text as name, to_jsonb(missing.words) as lacks
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        cross join in_force
        join pg_catalog.pg_roles r on r.oid in (in_force.role, c.relowner)
        cross join lateral (
          select array(select p.word from unnest(array['select', 'insert', 'update', 'delete', 'truncate'])
                         with ordinality as p(word, place)
                        where not pg_catalog.has_table_privilege(r.oid, c.oid, p.word) order by p.place) as words) missing
       where c.relname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') and missing.words <> '{}'
       order by pg_catalog.pg_table_is_visible(c.oid) desc, r.oid = in_force.role desc, n.nspname`,
      [name, JSON.stringify(called)],
    ),
  );
  return rows.map((raw) => {
    const { role, schema, name: table, lacks } = rowSchema.parse(raw);
    return { role, schema, table: { schema, name: table }, lacks };
  });
}

/** The same of a schema. */
export async function readDeniedSchema(
  db: Queryable,
  name: string,
  called: readonly string[],
): Promise<readonly Denied[]> {
  const rows = await db.query(
    statement(
      `
      with ${inForce('$2')}
      select r.rolname::text as role, n.nspname::text as schema, '' as name,
             to_jsonb(array(select p.word from unnest(array['usage', 'create']) as p(word)
                             where not pg_catalog.has_schema_privilege(r.oid, n.oid, p.word))) as lacks
        from pg_catalog.pg_namespace n cross join in_force join pg_catalog.pg_roles r on r.oid = in_force.role
       where n.nspname = $1`,
      [name, JSON.stringify(called)],
    ),
  );
  return rows.map((raw) => {
    const { role, schema, lacks } = rowSchema.parse(raw);
    return { role, schema, table: undefined, lacks };
  });
}

/** A SECURITY DEFINER function runs with the rights of its owner. */
function inForce(called: string): string {
  return `in_force as (
        select coalesce(
          (select f.proowner
             from jsonb_array_elements_text(${called}::text::jsonb) with ordinality as c(signature, place)
             join pg_catalog.pg_proc f on f.oid = pg_catalog.to_regprocedure(c.signature)
            where f.prosecdef order by c.place limit 1),
          (select m.oid from pg_catalog.pg_roles m where m.rolname = current_user)) as role)`;
}
