import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

/** A default of a column, or of its domain, as PostgreSQL prints it. */
export interface ColumnDefault {
  readonly name: string;
  readonly expression: string;
}

const defaultsSchema = z.array(z.object({ name: z.string(), expression: z.string() }));

const rowsSchema = z.array(z.object({ name: z.string() }));

/** The columns of a table that are given a new value in each row that does not bring one: identities, sequences, UUIDs. */
export async function readGenerated(db: Queryable, oid: number): Promise<readonly string[]> {
  const rows = await db.query(
    statement(
      `
      select a.attname::text as name
        from pg_catalog.pg_attribute a
        left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum and a.attgenerated = ''
       where a.attrelid = $1::text::oid and a.attnum > 0 and not a.attisdropped
         and (a.attidentity <> ''
              -- Calls of functions: a constant that is cast to uuid is the same in each row.
              or pg_catalog.regexp_replace(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '''([^'']|'''')*''', '', 'g')
                   ~* '\\m(nextval|clock_timestamp|\\w*(uuid|ulid|random|snowflake)\\w*)\\(')`,
      [String(oid)],
    ),
  );
  return rowsSchema.parse(rows).map(({ name }) => name);
}

/** Columns that are NULL in each row that does not bring them: no default, no identity, and no trigger that may fill them. */
export async function readUnset(db: Queryable, oid: number): Promise<readonly string[]> {
  const rows = await db.query(
    statement(
      `
      select a.attname::text as name
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_type t on t.oid = a.atttypid
       where a.attrelid = $1::text::oid and a.attnum > 0 and not a.attisdropped
         and not a.atthasdef and a.attidentity = '' and t.typdefault is null
         and not exists (select from pg_catalog.pg_trigger g
                          where g.tgrelid = a.attrelid and not g.tgisinternal and g.tgtype & 6 = 6)
         and not exists (select from pg_catalog.pg_rewrite w where w.ev_class = a.attrelid)`,
      [String(oid)],
    ),
  );
  return rowsSchema.parse(rows).map(({ name }) => name);
}

/** The defaults of a table's columns; that of a domain where the column has none of its own. */
export async function readDefaults(db: Queryable, oid: number): Promise<readonly ColumnDefault[]> {
  const rows = await db.query(
    statement(
      `
      select a.attname::text as name,
             coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), pg_catalog.pg_get_expr(t.typdefaultbin, 0)) as expression
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_type t on t.oid = a.atttypid
        left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
       where a.attrelid = $1::text::oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
         and (d.adbin is not null or t.typdefaultbin is not null)`,
      [String(oid)],
    ),
  );
  return defaultsSchema.parse(rows);
}
