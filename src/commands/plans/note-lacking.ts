import { findHindrances } from '../../engine/run/may-write.ts';
import type { Finding } from '../../model/finding.ts';
import type { Plan } from '../../model/plan.ts';
import { lackingOf, refuseLacking } from '../../plan/refusals/refuse-lacking.ts';
import type { Workplace } from '../../session/workplace.ts';

/** Why plans are made: to `look`, they are shown also where the role lacks a privilege for doing them. */
export type Purpose = 'look' | 'do';

/** Of what is missing, this much is the next thing to do; the notes have it all. */
const NAMED = 3;

/** Plans to look at, or to do: then all that is missing refuses them at once. */
export async function forPurpose<Each extends { readonly plan: Plan }>(
  workplace: Workplace,
  all: readonly Each[],
  purpose: Purpose,
): Promise<readonly Each[]> {
  if (purpose === 'look') return await noteLacking(workplace, all);
  const first = all.find(changesSomething);
  const everywhere = first ? await findHindrances(workplace) : [];
  return all.map((each) => {
    const plan = refuseLacking(each.plan);
    if (each !== first || everywhere.length === 0) return { ...each, plan };
    return { ...each, plan: { ...plan, steps: [], refusals: [...plan.refusals, ...everywhere] } };
  });
}

/**
 * Puts what a run would be refused for among the notes, each once: at the first plan that changes something what keeps
 * the role from every change, and at each plan what it lacks there.
 */
export async function noteLacking<Each extends { readonly plan: Plan }>(
  workplace: Workplace,
  all: readonly Each[],
): Promise<readonly Each[]> {
  const noted = new Set<string>();
  const first = all.find(changesSomething);
  const everywhere = first ? await findHindrances(workplace) : [];
  return all.map((each) => {
    const lacking = [...(each === first ? everywhere : []), ...lackingOf(each.plan)];
    const fresh = lacking.map(noteOf).filter((note) => !noted.has(note));
    for (const note of fresh) noted.add(note);
    return { ...each, plan: { ...each.plan, notes: [...each.plan.notes, ...fresh], lacking } };
  });
}

/** The command that does the plans; where the role lacks something for it, what mends that. */
export function nextOf(all: readonly { readonly plan: Plan }[], command: string): string {
  const fixes = [...new Set(all.flatMap(({ plan }) => plan.lacking ?? []).map(({ fix }) => fix))];
  if (fixes.length === 0) return command;
  const more = fixes.length - NAMED;
  return [...fixes.slice(0, NAMED), ...(more > 0 ? [`And ${more} more, in the notes.`] : [])].join(' ');
}

/** What the notes name, as findings: each once. */
export function lackingFindings(
  all: readonly { readonly plan: Plan; readonly migration?: string | null }[],
): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const { plan, migration } of all) {
    for (const each of plan.lacking ?? []) {
      const key = noteOf(each);
      if (!found.has(key)) found.set(key, typeof migration === 'string' ? { ...each, migration } : each);
    }
  }
  return [...found.values()];
}

function changesSomething({ plan }: { readonly plan: Plan }): boolean {
  return plan.steps.length > 0;
}

function noteOf({ message, fix }: Finding): string {
  return `${message} ${fix}`;
}
