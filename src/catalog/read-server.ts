import { z } from 'zod';
import type { ServerFacts } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { OWN } from '../sql/own-schema.ts';

const rowSchema = z.object({
  version_number: z.coerce.number(),
  version: z.string(),
  database: z.string(),
  user: z.string(),
  history: z.string(),
  standby: z.boolean(),
  read_only: z.boolean(),
  parallel_workers: z.coerce.number(),
  maintenance_workers: z.coerce.number(),
  maintenance_bytes: z.coerce.number(),
  work_bytes: z.coerce.number(),
  moment: z.string(),
});

/** Reads what the server is and what the session's role may do. */
export async function readServer(db: Queryable): Promise<ServerFacts> {
  const [row] = await db.query(
    statement(`
      select current_setting('server_version_num') as version_number,
             current_setting('server_version') as version,
             current_database() as database,
             current_user::text as user,
             '${OWN}' as history,
             pg_catalog.pg_is_in_recovery() as standby,
             current_setting('default_transaction_read_only')::boolean as read_only,
             current_setting('max_parallel_workers') as parallel_workers,
             current_setting('max_parallel_maintenance_workers') as maintenance_workers,
             pg_catalog.pg_size_bytes(current_setting('maintenance_work_mem')) as maintenance_bytes,
             pg_catalog.pg_size_bytes(current_setting('work_mem')) as work_bytes,
             pg_catalog.to_char(pg_catalog.now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US+00') as moment`),
  );
  const facts = rowSchema.parse(row);
  return {
    versionNumber: facts.version_number,
    version: facts.version,
    database: facts.database,
    user: facts.user,
    history: facts.history,
    standby: facts.standby,
    readOnly: facts.read_only,
    parallelWorkers: facts.parallel_workers,
    maintenanceWorkers: facts.maintenance_workers,
    maintenanceBytes: facts.maintenance_bytes,
    workBytes: facts.work_bytes,
    moment: facts.moment,
  };
}
