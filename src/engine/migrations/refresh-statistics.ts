import { hasStatistics } from '../../catalog/has-statistics.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Step } from '../../model/plan.ts';
import { tableLabel } from '../../model/table-label.ts';
import { lockSettings } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import { analyzeTable } from '../../sql/table.ts';

/** A table that plans have worked on. */
export interface Worked {
  readonly table: TableName;
  /** What was known of it before still holds. */
  readonly known: boolean;
}

/** One of so many rows may change before autovacuum analyses a table again (autovacuum_analyze_scale_factor). */
const ONE_IN = 10;

/** Rows change in these as well, and are not counted by the table that they are in. */
const UNCOUNTED: ReadonlySet<Step['kind']> = new Set(['relink', 'restore-rows', 'sql', 'recreate']);

/** Does what ANALYZE knows of a table hold when the steps are done? Of an expression that an index has it knows more. */
export function keepStatistics(steps: readonly Step[], { removed, merged, created }: Outcome, rows: number): boolean {
  const changed = removed + merged + created;
  if (changed > 0 && changed * ONE_IN >= rows) return false;
  return flatten(steps).every(
    (step) =>
      !UNCOUNTED.has(step.kind) &&
      !(step.kind === 'build-index' && (step.build.as || step.build.columns.some((part) => 'expression' in part))),
  );
}

function flatten(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => (step.kind === 'transaction' ? flatten(step.steps) : [step]));
}

/** A table that lost many rows, or was never analysed, is planned badly until it is. */
export async function refreshStatistics(run: Run, worked: Iterable<Worked>): Promise<void> {
  for (const { table, known } of worked) {
    if (known && (await hasStatistics(run.session, table))) continue;
    try {
      await run.session.transaction({ settings: lockSettings(run) }, async (tx) => tx.query(analyzeTable(table)));
    } catch (error) {
      if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_LOCK_TIMEOUT') throw error;
      const message = `${tableLabel(table)} is being vacuumed or altered, and was not analysed`;
      run.emit({ kind: 'note', message });
    }
  }
}
