import { concernsOneRule } from '../../model/codes.ts';
import { countOf, formatCount } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { DedupeReport } from '../../model/report.ts';
import { renderError, renderReport } from '../../report/render.ts';
import { EMIT_RUNNERS } from '../definition/runner-names.ts';
import { BACK, type Choice } from '../terminal/asker.ts';
import { carryOut, type Decision } from './carry-out.ts';
import { type Draft, ruleOf } from './draft.ts';
import type { Guide, Step } from './guide.ts';

/** Shows the plan, asks what is to become of it, and does that. */
export async function decide(draft: Draft, guide: Guide): Promise<Step> {
  const plan = await planOf(draft, guide);
  if (!plan) return { kind: 'back' };
  const decision = await guide.asker.choose<Decision | 'allow' | 'leave'>(
    isRefused(plan) ? 'The plan is refused. Go back with Esc to change an answer.' : 'What is to be done?',
    [
      ...(isRefused(plan) ? waysOut(plan) : await decisionsFor(plan, guide)),
      { value: 'leave', label: 'Nothing: leave' },
    ],
  );
  if (decision === BACK) return { kind: 'back' };
  if (decision === 'leave') throw left();
  if (decision === 'allow') return await decide({ ...draft, limit: excessOf(plan) }, guide);
  const outcome = await carryOut(decision, draft, guide);
  return outcome ? { kind: 'end', outcome } : { kind: 'again' };
}

/** Undefined where the answers make no plan, which is shown. */
async function planOf(draft: Draft, { context, asker, look }: Guide): Promise<DedupeReport | undefined> {
  const { dedupe } = await import('../../commands/dedupe/dedupe.ts');
  try {
    const { next: _, ...plan } = await dedupe(context, { rule: ruleOf(draft), dryRun: true, yes: false, samples: 0 });
    await asker.show(renderReport(plan, 'human', look));
    return plan;
  } catch (error) {
    if (!(error instanceof MsgdbError)) throw error;
    if (!concernsOneRule(error.code) && error.data.refusals === undefined) throw error;
    await asker.show(`${renderError(error, 'human', 'dedupe', look)}\n`);
    return undefined;
  }
}

function isRefused({ findings }: DedupeReport): boolean {
  return findings.some(({ level }) => level !== 'warning');
}

/** Only the limit is a matter of opinion. */
function waysOut(plan: DedupeReport): readonly Choice<'allow'>[] {
  const refusals = plan.findings.filter(({ level }) => level !== 'warning');
  if (refusals.some(({ code }) => code !== 'MSGDB_BLAST_RADIUS')) return [];
  const [{ coveredRows } = { coveredRows: 0 }] = plan.targets;
  const rows = `${formatCount(excessOf(plan))} of ${countOf(coveredRows, 'row')}`;
  return [{ value: 'allow', label: `Allow it: ${rows} may go`, hint: 'shows the plan again, and asks' }];
}

function excessOf({ targets }: DedupeReport): number {
  return targets.reduce((sum, { excessRows }) => sum + excessRows, 0);
}

async function decisionsFor(plan: DedupeReport, { context }: Guide): Promise<readonly Choice<Decision>[]> {
  const { findRunners } = await import('../../commands/runners/find-runners.ts');
  const [found] = (await findRunners(context.projectDir)).filter(({ runner }) => EMIT_RUNNERS.includes(runner.name));
  const excess = excessOf(plan);
  const builds = excess > 0 ? 'it removes these rows and builds the unique index' : 'it builds the unique index';
  const emit: readonly Choice<Decision>[] = found
    ? [{ value: { emit: found.runner.name }, label: `Write a migration of ${found.runner.title}`, hint: builds }]
    : [];
  const removals: readonly Choice<Decision>[] =
    excess > 0
      ? [
          {
            value: 'remove and write',
            label: `Remove ${countOf(excess, 'row')} now, then write a migration of msgdb`,
            hint: 'asks once more; the migration builds the unique index',
          },
          {
            value: 'remove',
            label: `Remove ${countOf(excess, 'row')} now`,
            hint: 'asks once more; nothing keeps new copies out',
          },
        ]
      : [];
  return [
    ...emit,
    { value: 'write', label: 'Write a migration of msgdb', hint: `for msgdb migrate: ${builds}` },
    ...removals,
  ];
}

function left(): MsgdbError {
  return new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: 'Nothing was changed.',
    why: 'You chose to leave.',
    fix: 'Run msgdb dedupe again when you have decided.',
  });
}
