import type { Plan, Step } from '../../model/plan.ts';
import type { Refusals } from '../../model/refusals.ts';

/**
 * The steps that a refused plan would have without its limit, where that alone refuses it. Other reasons are about what
 * the steps do: without them the steps would be others.
 */
export function heldSteps({ all }: Refusals, steps: () => readonly Step[]): Pick<Plan, 'held'> {
  return all.every(({ code }) => code === 'MSGDB_BLAST_RADIUS') ? { held: steps() } : {};
}
