import { z } from 'zod';
import type { PastRun, RunChange } from '../model/run-report.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { tableLabel } from '../model/table-label.ts';
import type { TableName } from '../model/table-name.ts';
import { OWN } from '../sql/own-schema.ts';

/** ISO 8601, in UTC. */
function iso(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

const runSchema = z.object({
  id: z.string(),
  command: z.string(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  run_by: z.string(),
  version: z.string(),
  migrations: z.array(z.object({ name: z.string(), state: z.string() })),
});

/** The record of a run, of the last one where none is named; undefined where there is none. The history has to be there. */
export async function readPastRun(
  db: Queryable,
  id: string | undefined,
): Promise<(PastRun & { readonly id: string }) | undefined> {
  const [row] = await db.query(
    statement(
      `select r.id, r.command, ${iso('r.started_at')} as started_at, ${iso('r.finished_at')} as finished_at, r.run_by, r.version,
              (select coalesce(jsonb_agg(jsonb_build_object('name', m.name, 'state', m.state) order by m.name), '[]')
                 from ${OWN}.migrations m
                where m.run_id = r.id or m.name in (select l.migration from ${OWN}.ledger l where l.run_id = r.id)) as migrations
         from ${OWN}.runs r
        where $1::text is null or r.id = $1
        order by r.started_at desc, r.id desc limit 1`,
      [id ?? null],
    ),
  );
  if (row === undefined) return undefined;
  const { started_at, finished_at, run_by, ...rest } = runSchema.parse(row);
  return { ...rest, startedAt: started_at, finishedAt: finished_at, by: run_by };
}

/** An entry of the ledger as a report has it, with what leads to its rows. */
export interface PastChange extends RunChange {
  readonly id: number;
  readonly where: TableName | null;
  /** The archive of its rows. */
  readonly archive: string | null;
}

const changeSchema = z.object({
  id: z.coerce.number(),
  kind: z.string(),
  migration: z.string().nullable(),
  where: z.object({ schema: z.string(), name: z.string() }).nullable(),
  name: z.string().nullable(),
  archive: z.string().nullable(),
  rows: z.coerce.number(),
  restored: z.coerce.number(),
  at: z.string(),
  undoneAt: z.string().nullable(),
});

/** All that a run changed, what was undone since too, the first one first. */
export async function readChanges(db: Queryable, runId: string): Promise<readonly PastChange[]> {
  const rows = await db.query(
    statement(
      `select id, kind, migration, coalesce(object -> 'table', object -> 'dropped' -> 'table') as "where",
              coalesce(object ->> 'index', object ->> 'constraint', object -> 'dropped' ->> 'name') as name,
              object ->> 'archive' as archive, row_count as rows, restored_count as restored,
              ${iso('at')} as at, ${iso('undone_at')} as "undoneAt"
         from ${OWN}.ledger where run_id = $1 order by id`,
      [runId],
    ),
  );
  return rows.map((row) => {
    const change = changeSchema.parse(row);
    return { ...change, table: change.where && tableLabel(change.where) };
  });
}

const indexSchema = z.object({ valid: z.boolean(), definition: z.string() });

/** An index as it is now; undefined where it is absent. */
export async function readIndexNow(
  db: Queryable,
  { schema }: Pick<TableName, 'schema'>,
  name: string,
): Promise<z.infer<typeof indexSchema> | undefined> {
  const [row] = await db.query(
    statement(
      `select i.indisvalid and i.indisready as valid, pg_catalog.pg_get_indexdef(i.indexrelid) as definition
         from pg_catalog.pg_index i
         join pg_catalog.pg_class c on c.oid = i.indexrelid
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relname = $2`,
      [schema, name],
    ),
  );
  return row && indexSchema.parse(row);
}

/** Columns of a table that the role may read, in order; empty where it is no table, or absent. */
export async function readableColumns(db: Queryable, { schema, name }: TableName): Promise<readonly string[]> {
  const rows = await db.query(
    statement(
      `select a.attname as name
         from pg_catalog.pg_attribute a
         join pg_catalog.pg_class c on c.oid = a.attrelid
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
          and pg_catalog.has_schema_privilege(n.oid, 'usage')
          and pg_catalog.has_column_privilege(c.oid, a.attnum, 'select')
        order by a.attnum`,
      [schema, name],
    ),
  );
  return rows.map((row) => String(row.name));
}

/** Columns of the primary key that an archive's table had; empty where it had none. */
export async function readArchiveIdentity(db: Queryable, archive: string): Promise<readonly string[]> {
  const [row] = await db.query(statement(`select identity from ${OWN}.archives where name = $1`, [archive]));
  return z.array(z.string()).catch([]).parse(row?.identity);
}
