import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

/** Which catalogues of extensions that keep tables' rows elsewhere are there. */
export interface ManagerCatalogs {
  readonly citus: boolean;
  readonly timescale: boolean;
}

export const managerSchema = z.enum(['citus distributed', 'citus reference', 'citus local', 'hypertable', 'chunk']);

/** Not by to_regclass: it fails (42501) where the role may not use the schema. */
export async function readManagerCatalogs(db: Queryable): Promise<ManagerCatalogs> {
  const rows = await db.query(
    statement(`
      select n.nspname::text as schema
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where (n.nspname, c.relname) in (('pg_catalog', 'pg_dist_partition'), ('_timescaledb_catalog', 'hypertable'))`),
  );
  const schemas = rows.map(({ schema }) => schema);
  return { citus: schemas.includes('pg_catalog'), timescale: schemas.includes('_timescaledb_catalog') };
}

/** SQL of the tables that an extension manages: (oid, manager). */
export function managedTables({ citus, timescale }: ManagerCatalogs): string {
  return [
    `select null::oid as oid, null::text as manager where false`,
    // n with t is a reference table; n alone is one shard, of a distributed schema or on the coordinator.
    citus &&
      `select logicalrelid::oid, case when partmethod <> 'n' then 'citus distributed' when repmodel = 't' then 'citus reference'
                                      else 'citus local' end
         from pg_catalog.pg_dist_partition`,
    timescale &&
      `select c.oid, part.manager
         from (select schema_name, table_name, 'hypertable' as manager from _timescaledb_catalog.hypertable
               union all
               select schema_name, table_name, 'chunk' from _timescaledb_catalog.chunk) part
         join pg_catalog.pg_namespace n on n.nspname = part.schema_name
         join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = part.table_name`,
  ]
    .filter(Boolean)
    .join('\nunion all\n');
}
