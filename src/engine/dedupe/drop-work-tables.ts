import { findWorkTables } from '../../catalog/work-tables.ts';
import type { Queryable } from '../../model/statement.ts';
import { queryTogether } from '../../session/query-together.ts';
import { OWN } from '../../sql/own-schema.ts';
import { dropTable } from '../../sql/table.ts';

/** Drops the work tables in schema msgdb: those of this run, and those of one that was killed. Needs the run lock. */
export async function dropWorkTables(db: Queryable): Promise<void> {
  const names = await findWorkTables(db);
  await queryTogether(
    db,
    names.map((name) => dropTable({ schema: OWN, name })),
  );
}
