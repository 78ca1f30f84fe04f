import { findHindrances } from '../engine/run/may-write.ts';
import type { Workplace } from '../engine/run/workplace.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { lackingOf, refuseLacking } from '../plan/lacking.ts';

/** Why plans are made: who looks is shown them whatever the role lacks for doing them. */
export type Purpose = 'look' | 'do';

/** Plans as they are for who looks, or for who does them. */
export async function forPurpose<Each extends { readonly plan: Plan }>(
  workplace: Workplace,
  all: readonly Each[],
  purpose: Purpose,
): Promise<readonly Each[]> {
  if (purpose === 'look') return await noteLacking(workplace, all);
  return all.map((each) => ({ ...each, plan: refuseLacking(each.plan) }));
}

/**
 * Puts what a run would be refused for among the notes, each once: at the first plan that changes something what keeps
 * the role from every change, and at each plan what it lacks there.
 */
export async function noteLacking<Each extends { readonly plan: Plan }>(
  workplace: Workplace,
  all: readonly Each[],
): Promise<readonly Each[]> {
  const told = new Set<string>();
  const first = all.find(({ plan }) => plan.steps.length > 0);
  const everywhere = first ? await findHindrances(workplace) : [];
  return all.map((each) => {
    const lacking = [...(each === first ? everywhere : []), ...lackingOf(each.plan)].map(noteOf);
    const fresh = lacking.filter((note) => !told.has(note));
    for (const note of fresh) told.add(note);
    return { ...each, plan: { ...each.plan, notes: [...each.plan.notes, ...fresh], lacking: [] } };
  });
}

function noteOf({ message, fix }: Finding): string {
  return `${message} ${fix}`;
}
