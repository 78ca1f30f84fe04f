import { z } from 'zod';
import type { ImageColumn } from '../model/dedupe.ts';
import { MsgdbError } from '../model/errors.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { LEFT_BY } from '../sql/history.ts';
import type { Origin } from '../sql/history-schema.ts';
import { OWN } from '../sql/own-schema.ts';
import { findMissingTables, incompleteHistory } from './history-tables.ts';
import { readHistoryName } from './read-schema-owner.ts';
import { refuseTrapped } from './schema-owners.ts';

const tableSchema = z.object({ schema: z.string(), name: z.string() });
const common = {
  id: z.coerce.number(),
  runId: z.string(),
  migration: z
    .string()
    .nullish()
    .transform((value) => value ?? undefined),
  operation: z
    .number()
    .nullish()
    .transform((value) => value ?? undefined),
};
const referenceSchema = z.object({
  archive: z.string(),
  columns: z.array(z.string()),
  referenced: z.array(z.string()),
  array: z.boolean(),
});
const rowEntry = {
  ...common,
  table: tableSchema,
  archive: z.string(),
  rows: z.coerce.number(),
  // One by itself, before a run could re-point two references at once.
  refersTo: z
    .union([z.array(referenceSchema), referenceSchema.transform((one) => [one])])
    .optional()
    .transform((value) => value ?? undefined),
};
const entrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('removed'), ...rowEntry }),
  z.object({ kind: z.literal('updated'), ...rowEntry }),
  z.object({ kind: z.literal('created'), ...rowEntry }),
  z.object({ kind: z.literal('deleted'), ...common, table: tableSchema, rows: z.coerce.number() }),
  z.object({ kind: z.literal('built-index'), ...common, table: tableSchema, index: z.string() }),
  z.object({ kind: z.literal('indexed-reference'), ...common, table: tableSchema, index: z.string() }),
  z.object({
    kind: z.literal('accepted-index'),
    ...common,
    table: tableSchema,
    index: z.string(),
    definition: z.string(),
  }),
  z.object({ kind: z.literal('purged'), ...common, table: tableSchema, rows: z.coerce.number() }),
  z.object({ kind: z.literal('attached-constraint'), ...common, table: tableSchema, constraint: z.string() }),
  z.object({
    kind: z.literal('dropped'),
    ...common,
    dropped: z.object({
      kind: z.enum(['constraint', 'index']),
      table: tableSchema,
      name: z.string(),
      definition: z.string(),
      indexDefinition: z.string(),
      comment: z
        .string()
        .optional()
        .transform((value) => value ?? undefined),
    }),
  }),
  z.object({ kind: z.literal('kept-fence'), ...common, table: tableSchema, fence: z.string() }),
  z.object({ kind: z.literal('ran-sql'), ...common, checksum: z.string() }),
  z.object({
    kind: z.literal('begun-sql'),
    ...common,
    done: z.number(),
    prefix: z.string(),
    current: z
      .object({ text: z.string(), index: z.string().nullable(), fresh: z.boolean() })
      .optional()
      .transform((value) => value ?? undefined),
  }),
]);

/** Which part of the ledger: a migration's, or a run's. */
export type LedgerFilter =
  | { readonly migration: string }
  | { readonly runId: string }
  /** All that it has changed, what was undone since too. */
  | { readonly ofRun: string }
  /** A migration's, where the ledger is there and another table of the history is not. */
  | { readonly surely: string };

/**
 * Reads what was changed and has not been undone, newest first; nothing where msgdb has never worked. Rows that an earlier
 * rollback of the migration left in the archive are their run's alone: what a later rollback undoes is what was done since.
 */
export async function readLedger(db: Queryable, filter: LedgerFilter): Promise<readonly LedgerEntry[]> {
  if (!('surely' in filter) && !(await hasHistory(db))) return [];
  const [which, value] = conditionOf(filter);
  const rows = await db.query(
    statement(
      `select jsonb_build_object('id', id, 'runId', run_id, 'migration', migration, 'operation', operation,
                                 'kind', kind, 'rows', row_count) || object as entry
         from ${OWN}.ledger where ${which} order by id desc`,
      [value],
    ),
  );
  return rows.map((row): LedgerEntry => {
    const entry = entrySchema.parse(row.entry);
    if (entry.kind === 'begun-sql') return { ...entry, current: entry.current };
    return entry.kind === 'dropped'
      ? { ...entry, dropped: { ...entry.dropped, comment: entry.dropped.comment } }
      : entry;
  });
}

function conditionOf(filter: LedgerFilter): readonly [condition: string, value: string] {
  if ('ofRun' in filter) return ['run_id = $1', filter.ofRun];
  if ('runId' in filter) return ['run_id = $1 and undone_at is null', filter.runId];
  const migration = 'surely' in filter ? filter.surely : filter.migration;
  return [`migration = $1 and not object ? '${LEFT_BY}' and undone_at is null`, migration];
}

/** Is such a change of an operation in the ledger, and not undone? Of an index for a reference, the very one. */
export async function isRecorded(
  db: Queryable,
  { runId, migration, operation }: Origin,
  kinds: readonly LedgerEntry['kind'][],
  object: unknown,
): Promise<boolean> {
  const rows = await db.query(
    statement(
      `select from ${OWN}.ledger
        where migration is not distinct from $1 and operation is not distinct from $2::text::integer
          and kind in (select jsonb_array_elements_text($3::text::jsonb)) and undone_at is null
          and (kind <> 'indexed-reference' or object = $4::text::jsonb)
          -- Without a migration each run has its own.
          and (kind <> 'built-index' or migration is not null or (run_id = $5 and object = $4::text::jsonb)) limit 1`,
      [migration, operation, JSON.stringify(kinds), JSON.stringify(object), runId],
    ),
  );
  return rows.length > 0;
}

/**
 * Has msgdb ever written to this database?
 * @throws MsgdbError MSGDB_PERMISSION_DENIED when reading what is there would run somebody else's code;
 * MSGDB_HISTORY_INCOMPLETE when a table of it was dropped.
 */
export async function hasHistory(db: Queryable): Promise<boolean> {
  const missing = await findMissingTables(db);
  if (missing === undefined) return false;
  await refuseTrapped(db);
  if (missing.length > 0) throw incompleteHistory(missing, await readHistoryName(db));
  return true;
}

const columnsSchema = z.array(
  z.object({
    name: z.string(),
    storageType: z.string(),
    collation: z.string().optional(),
    generated: z.boolean(),
    expression: z
      .string()
      .optional()
      .transform((value) => value ?? undefined),
    identityAlways: z.boolean().default(false),
  }),
);

/** The source table's columns as an archive table keeps them. */
export async function readArchiveColumns(db: Queryable, archive: string): Promise<readonly ImageColumn[]> {
  const [row] = await db.query(statement(`select columns from ${OWN}.archives where name = $1`, [archive]));
  if (!row) throw new MsgdbError('MSGDB_INTERNAL', { what: `The archive ${archive} is not in the register.` });
  return columnsSchema.parse(row.columns).map((column) => ({ ...column, collation: column.collation }));
}
