import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

/** Which database of which cluster it is: a copy of it, or another one of the same name, is another. */
export interface DatabaseIdentity {
  readonly name: string;
  readonly oid: number;
  /** The cluster's own number, made by initdb; null where the role may not ask. */
  readonly system: string | null;
}

const rowSchema = z.object({ name: z.string(), oid: z.coerce.number(), may_ask: z.boolean() });

/** Reads what identifies a database. */
export async function readDatabase(db: Queryable): Promise<DatabaseIdentity> {
  const [raw] = await db.query(
    statement(`
      select d.datname::text as name, d.oid::bigint as oid,
             pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute') as may_ask
        from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()`),
  );
  const { name, oid, may_ask } = rowSchema.parse(raw);
  if (!may_ask) return { name, oid, system: null };
  const [control] = await db.query(
    statement('select system_identifier::text as system from pg_catalog.pg_control_system()'),
  );
  return { name, oid, system: String(control?.system) };
}
