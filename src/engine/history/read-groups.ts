import { z } from 'zod';
import { readArchiveColumns } from '../../catalog/read-ledger.ts';
import { type PastChange, readArchiveIdentity, readableColumns } from '../../catalog/read-past-run.ts';
import { sizesOf } from '../../inspect/explain/sizes-of.ts';
import type { GroupSample } from '../../model/group-sample.ts';
import type { RunGroups } from '../../model/run-report.ts';
import type { Queryable } from '../../model/statement.ts';
import { archivedGroups, sizesOfArchived } from '../../sql/archived-groups.ts';

/** Groups of each table that are shown. */
const SHOWN = 5;

const rowSchema = z.record(z.string(), z.string().nullable());
const groupSchema = z.object({
  losers: z.coerce.number(),
  survivor: rowSchema,
  rows: z.array(rowSchema),
  kept: rowSchema.nullable(),
});
const sizeSchema = z.object({ size: z.coerce.number(), groups: z.coerce.number() });

/** The groups that a run removed copies of, from the archive; none for tables without a primary key. */
export async function readGroups(db: Queryable, changes: readonly PastChange[]): Promise<readonly RunGroups[]> {
  const found: RunGroups[] = [];
  for (const change of changes) {
    const groups = change.kind === 'removed' && change.rows > 0 ? await readGroupsOf(db, change) : undefined;
    if (groups) found.push(groups);
  }
  return found;
}

async function readGroupsOf(
  db: Queryable,
  { id, where, table, archive, rows }: PastChange,
): Promise<RunGroups | undefined> {
  if (where === null || table === null || archive === null) return undefined;
  const identity = await readArchiveIdentity(db, archive);
  if (identity.length === 0) return undefined;
  const archived = { archive, entry: id, identity };
  const sizes = (await db.query(sizesOfArchived(archived))).map((row) => sizeSchema.parse(row));
  if (sizes.length === 0) return undefined;
  const columns = (await readArchiveColumns(db, archive)).map(({ name }) => name);
  const readable = (await readableColumns(db, where)).filter((name) => columns.includes(name));
  const from = identity.every((name) => readable.includes(name)) ? { from: { table: where, columns: readable } } : {};
  const samples = await db.query(archivedGroups(archived, columns, { limit: SHOWN, ...from }));
  return {
    table,
    groups: sizes.reduce((sum, { groups }) => sum + groups, 0),
    removed: rows,
    sizes: sizesOf(sizes.map(({ size, groups }) => [size, groups])),
    samples: samples.map((row) => sampleOf(groupSchema.parse(row), identity, { archived: columns, readable })),
  };
}

/** The columns that identify the rows, and those in which they differ; with the survivor, of those that it has and shows. */
function sampleOf(
  { losers, survivor, rows, kept }: z.infer<typeof groupSchema>,
  identity: readonly string[],
  { archived, readable }: { readonly archived: readonly string[]; readonly readable: readonly string[] },
): GroupSample {
  const columns = kept === null ? archived : readable;
  const all = kept === null ? rows : [kept, ...rows];
  const differs = columns.filter(
    (name) => !identity.includes(name) && all.some((row) => (row[name] ?? null) !== (all[0]?.[name] ?? null)),
  );
  const shown = columns.filter((name) => identity.includes(name) || differs.includes(name));
  return {
    key: survivor,
    copies: losers + 1,
    differs,
    rows: all.map((row) => Object.fromEntries(shown.map((name) => [name, row[name] ?? null]))),
    ...(kept === null ? { unranked: true } : {}),
  };
}
