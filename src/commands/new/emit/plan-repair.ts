import { refusedBy } from '../../../engine/migrations/apply-migration.ts';
import { newRunId } from '../../../engine/run/run-id.ts';
import { inspectRule } from '../../../inspect/inspect-operation.ts';
import { changedTables } from '../../../model/archived-images.ts';
import type { Dedupe } from '../../../model/dedupe.ts';
import type { UniqueKey } from '../../../model/operations/unique-key.ts';
import { VERSION } from '../../../model/version.ts';
import { plannedBy } from '../../../plan/plan-operation.ts';
import { planUniqueKey } from '../../../plan/plan-unique-key.ts';
import { dedupeStep } from '../../../plan/steps/dedupe-step.ts';
import { temporaryIndexes } from '../../../plan/steps/index-references.ts';
import { refuseHiddenRows } from '../../../resolve/refuse-hidden-rows.ts';
import { readOnly } from '../../../session/read-only.ts';
import type { Workplace } from '../../../session/workplace.ts';
import { OWN, placeName } from '../../../sql/own-schema.ts';
import { readSearchPath } from '../../../sql/repair/frame.ts';
import type { Repair } from '../../../sql/repair/repair.ts';
import { repairBlock } from '../../../sql/repair/repair-block.ts';
import { describeShape } from '../../../sql/repair/table-shape.ts';
import { undoBlock } from '../../../sql/repair/undo-block.ts';
import type { RepairText } from './writer.ts';

/** The SQL of a repair, or the index that makes it needless. */
export type PlannedRepair =
  | { readonly serving: string }
  | { readonly text: Omit<RepairText, 'words'>; readonly notes: readonly string[] };

/**
 * Plans the repair of a rule for a database that may have other rows when it is run: whatever there is to remove now, the
 * removal is in it, and what would keep msgdb from one is refused.
 * @throws MsgdbError MSGDB_REFUSED
 */
export async function planRepair(workplace: Workplace, rule: UniqueKey, name: string): Promise<PlannedRepair> {
  const { facts, resolved, survey } = await inspectRule(workplace, rule, { depth: 'full', index: 'compared' });
  refuseHiddenRows(facts.table);
  const settings = { ...workplace.settings, strategy: 'locked' as const, planned: plannedBy([resolved.operation]) };
  const plan = planUniqueKey(resolved, facts, survey, settings);
  // Rows that are not there yet will be.
  const ahead = survey.census.excessRows > 0 ? [] : resolved.refusals.removal.all;
  const refusals = [...plan.refusals, ...ahead];
  if (refusals.length > 0) throw refusedBy('The plan', refusals);
  const { build, judgement } = resolved;
  if (judgement.serving) return { serving: judgement.serving.name };
  const dedupe = portable(resolved.dedupe);
  const tables = changedTables(dedupe);
  const repair = await readOnly(workplace, async (db): Promise<Repair> => {
    const shape = await db.query(describeShape(tables));
    const [path] = await db.query(readSearchPath());
    const { lockTimeoutMs, lockRetries } = workplace.settings;
    return {
      runId: newRunId(),
      dedupe,
      build,
      support: temporaryIndexes(dedupe, facts),
      limit: resolved.operation.limit,
      tables,
      shape: shape.map((row) => String(row.shape)),
      searchPath: String(path?.search_path),
      lockTimeoutMs,
      lockRetries,
    };
  });
  const history = workplace.settings.historySchema;
  const title = `${name}: ${plan.title}`;
  const details = dedupeStep({ ...dedupe, limit: Number.MAX_SAFE_INTEGER }, survey).details ?? [];
  return {
    text: {
      title: title.replaceAll('\n', ' '),
      up: placeName([...headOf(title, repair, [...details, ...plan.notes]), repairBlock(repair)].join('\n'), history),
      down: placeName(
        ['-- Drops the index and puts back every row that was removed or changed.', undoBlock(repair)].join('\n'),
        history,
      ),
      index: {
        schema: build.table.schema,
        table: build.table.name,
        name: build.name,
        columns: build.columns.map((part) => ('column' in part ? part.column : part.expression)),
        plain:
          build.predicate === undefined &&
          build.nulls === 'distinct' &&
          build.columns.every((part) => 'column' in part),
      },
    },
    notes: plan.notes,
  };
}

/** An index that has the keys sorted here may not be there. */
function portable(dedupe: Dedupe): Dedupe {
  const { key } = dedupe;
  return key.grouping === 'index' ? { ...dedupe, key: { ...key, grouping: 'hash' } } : dedupe;
}

function headOf(title: string, { runId }: Repair, details: readonly string[]): readonly string[] {
  return [
    title,
    `Written by msgdb ${VERSION}; it needs no msgdb where it is run. One statement: it is done as a whole or not at all, with or`,
    `without a transaction around it, and done again it changes nothing. Removed rows are kept in the schema ${OWN}, with the`,
    `old values of all that is changed: \`msgdb archive show ${runId}\`.`,
    ...details,
  ].map((line) => `-- ${line.replaceAll('\n', ' ')}`);
}
