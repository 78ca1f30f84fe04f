import { hasRun, readProgress } from '../../engine/run/read-progress.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { Plan } from '../../model/plan.ts';
import { refuseWith } from '../../plan/plan-operation.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { findingOfError } from '../reports/finding-of-error.ts';

/** An operation of a pending migration. */
interface Place {
  readonly operation: Operation;
  readonly file: MigrationFile;
  readonly place: number;
}

/** The plan of SQL whose migration was begun: what has run is not run again, and may not have been edited. */
export async function continueScript(
  workplace: Workplace,
  { operation, file, place }: Place,
  plan: Plan,
): Promise<Plan> {
  if (operation.kind !== 'sql') return plan;
  const origin = { migration: file.name, operation: place };
  const notes: string[] = [];
  try {
    const done = await readOnly(workplace, async (db) => {
      if (await hasRun(db, origin, operation.up)) return true;
      await readProgress(db, origin, operation.statements?.up ?? [], (event) => {
        if (event.kind === 'note') notes.push(event.message);
      });
      return false;
    });
    if (done) notes.push('its SQL has run in an earlier attempt, and is not run again');
    return { ...plan, steps: done ? [] : plan.steps, notes: [...plan.notes, ...notes] };
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_MIGRATION_EDITED') throw error;
    return refuseWith(plan, [findingOfError(error)]);
  }
}
