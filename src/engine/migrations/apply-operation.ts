import { findUnreadable } from '../../inspect/find-unreadable.ts';
import { inspectOperation } from '../../inspect/inspect-operation.ts';
import { checkOperation } from '../../inspect/verify/check-operation.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { Planned } from '../../model/plan-settings.ts';
import { planOperation, planPlain, refuseWith } from '../../plan/plan-operation.ts';
import type { Run } from '../../session/workplace.ts';
import { type Change, makeChange } from '../pipeline.ts';

/** An operation of a migration, made true. The user's own SQL, and checks, need no look. */
export function applyOperation(operation: Operation, planned: Planned): Change {
  const readBack = async (run: Run): Promise<readonly []> => assertTrue(run, operation);
  if (operation.kind === 'expect-index') {
    return makeChange({ inspect: async () => undefined, plan: () => planPlain(operation), readBack });
  }
  if (operation.kind === 'sql') {
    return makeChange({
      inspect: async (workplace) => findUnreadable(workplace, operation.statements?.up, operation.files?.up),
      plan: (refusals) => refuseWith(planPlain(operation), refusals),
      readBack,
    });
  }
  return makeChange({
    inspect: async (workplace, depth) => inspectOperation(workplace, operation, { depth, index: 'compared' }),
    plan: ({ resolved, facts, survey }, { settings }) =>
      planOperation(resolved, facts, survey, { ...settings, planned }),
    readBack,
  });
}

/** @throws MsgdbError MSGDB_VERIFY_FAILED where the database is not as the operation says. */
export async function assertTrue(run: Run, operation: Operation): Promise<readonly []> {
  const wrong = (await checkOperation(run, operation, { built: run.built })).filter(
    // Orphans that were there before are verify's to report: re-pointing makes none.
    (verdict) => verdict.status === 'failed' && !verdict.name.startsWith('orphans-'),
  );
  if (wrong.length === 0) return [];
  throw new MsgdbError('MSGDB_VERIFY_FAILED', {
    what: `The check after the change failed: ${wrong.map((each) => `${each.title}: ${each.detail}`).join('; ')}.`,
    data: { codes: wrong.map((each) => each.code) },
  });
}
