import type { Finding } from '../../model/finding.ts';
import type { Plan } from '../../model/plan.ts';

/** What the role lacks for doing the plan; nothing where an index that is there is only taken note of. */
export function lackingOf({ steps, refusals, lacking = [] }: Plan): readonly Finding[] {
  const changes = refusals.length > 0 || steps.some(({ kind }) => kind !== 'accept-index');
  return changes ? lacking : [];
}

/** The plan for whoever does it: it is refused before the first change for what the role lacks. */
export function refuseLacking(plan: Plan): Plan {
  const lacking = lackingOf(plan);
  return lacking.length === 0 ? plan : { ...plan, steps: [], refusals: [...plan.refusals, ...lacking], lacking: [] };
}
