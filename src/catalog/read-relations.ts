import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { ofUsers } from '../sql/own-schema.ts';

const rowsSchema = z.array(
  z.object({ schema: z.string(), name: z.string(), place: z.number().nullable(), usable: z.boolean() }),
);

/** A relation that rows can be inserted into. */
export interface Relation extends TableName {
  /** Place of its schema on the search path; undefined when it has to be named with its schema. */
  readonly place: number | undefined;
  /** May the role use its schema? Without that a statement that names the relation is not even read. */
  readonly usable: boolean;
}

/** All tables and views of the database but PostgreSQL's own and msgdb's. */
export async function readRelations(db: Queryable): Promise<readonly Relation[]> {
  const rows = await db.query(
    statement(`
      select n.nspname::text as schema, c.relname::text as name,
             array_position(current_schemas(true), n.nspname) as place,
             pg_catalog.has_schema_privilege(n.oid, 'usage') as usable
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'f')
         and n.nspname not in ('pg_catalog', 'information_schema') and ${ofUsers('n.nspname')}
         and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'`),
  );
  return rowsSchema.parse(rows).map((row) => ({ ...row, place: row.place ?? undefined }));
}
