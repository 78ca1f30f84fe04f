import { findWorkTables } from '../../catalog/work-tables.ts';
import type { Queryable } from '../../model/statement.ts';
import { MSGDB_SCHEMA } from '../../sql/relation.ts';
import { dropTable } from '../../sql/table.ts';

/** Drops the work tables in schema msgdb: those of this run, and those of one that was killed. Needs the run lock. */
export async function dropWorkTables(db: Queryable): Promise<void> {
  for (const name of await findWorkTables(db)) {
    await db.query(dropTable({ schema: MSGDB_SCHEMA, name }));
  }
}
