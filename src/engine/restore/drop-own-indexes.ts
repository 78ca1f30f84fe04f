import { readTable } from '../../catalog/read-table.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { IndexFacts, TableFacts } from '../../model/facts.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import { quoted } from '../../model/name.ts';
import { quotedTable, tableLabel } from '../../model/table-label.ts';
import { dropStep } from '../../plan/plan-drop-unique-key.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import { closeEntries } from '../../sql/history.ts';
import { doAll } from '../pipeline.ts';

type Built = Extract<LedgerEntry, { readonly kind: 'built-index' }>;

/** An index that a run without a migration has built, and that is there. */
interface OwnIndex {
  readonly index: IndexFacts;
  readonly table: TableFacts;
}

/** Indexes of migrations go by their rollback. */
export function isOwnIndex(entry: LedgerEntry): entry is Built {
  return entry.kind === 'built-index' && entry.migration === undefined;
}

/**
 * Finds the indexes that a run has built without a migration.
 * @throws MsgdbError MSGDB_REFUSED where one has become a constraint's: that is not the run's to drop.
 */
export async function findOwnIndexes(
  workplace: Workplace,
  entries: readonly LedgerEntry[],
): Promise<readonly OwnIndex[]> {
  const found: OwnIndex[] = [];
  for (const { table: name, index: built } of entries.filter(isOwnIndex)) {
    const table = await readOnly(workplace, async (db) => readTable(db, name)).catch(whereGone);
    const index = table?.indexes.find((each) => each.name === built && each.unique);
    if (table && index?.constraint) throw becameConstraint(table, index.constraint.name);
    if (table && index) found.push({ table, index });
  }
  return found;
}

/** Drops them, while readers and writers go on, and gives their names: the rows that come back do not fit them. */
export async function dropOwnIndexes(run: Run, entries: readonly LedgerEntry[]): Promise<readonly string[]> {
  const own = entries.filter(isOwnIndex);
  if (own.length === 0) return [];
  const found = await findOwnIndexes(run, own);
  const steps = found.map(({ index, table }) => ({ ...dropStep(index, { table }), restore: undefined }));
  await doAll(run, steps, { runId: run.id, migration: null, operation: null });
  await run.session.query(closeEntries(own.map(({ id }) => id)));
  return found.map(({ index }) => index.name);
}

function whereGone(error: unknown): undefined {
  if (error instanceof MsgdbError && error.code === 'MSGDB_TABLE_NOT_FOUND') return undefined;
  throw error;
}

function becameConstraint({ table }: TableFacts, constraint: string): MsgdbError {
  return new MsgdbError('MSGDB_REFUSED', {
    what: `The index that the run has built is the constraint ${constraint} of ${tableLabel(table)} by now.`,
    why: 'The rows that would come back break it, and it is not of this run.',
    fix: `Undo the deploy that added it, or run \`alter table ${quotedTable(table)} drop constraint ${quoted(constraint)};\`.`,
  });
}
