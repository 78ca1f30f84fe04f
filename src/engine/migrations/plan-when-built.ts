import type { Operation } from '../../model/operations/index.ts';
import type { Plan } from '../../model/plan.ts';
import type { Planned } from '../../model/plan-settings.ts';
import { refuseLacking } from '../../plan/refusals/refuse-lacking.ts';
import { pause } from '../../session/interrupt.ts';
import type { Run } from '../../session/workplace.ts';
import { applyOperation } from './apply-operation.ts';

const POLL_MS = 250;

/**
 * Plans an operation; while somebody is building its index, waits for as long as for another run. The builder may be
 * the server process of a run that was killed: it continues until its statement is done.
 */
export async function planWhenBuilt(run: Run, operation: Operation, planned: Planned): Promise<Plan> {
  const deadline = Date.now() + run.settings.lockWaitMs;
  for (let noted = false; ; noted = true) {
    const plan = refuseLacking((await applyOperation(operation, planned).plan(run)).plan);
    const building = plan.refusals.find((refusal) => refusal.code === 'MSGDB_RUN_LOCKED');
    if (!building || Date.now() >= deadline) return plan;
    if (!noted) run.emit({ kind: 'waiting', message: `${building.message} Waiting for it.` });
    await pause(POLL_MS, run.signal);
  }
}
