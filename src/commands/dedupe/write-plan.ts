import { type Plannable, recordPlan } from '../../engine/plan-file/record-plan.ts';
import type { DedupeReport } from '../../model/report.ts';
import { findDedupe } from '../../plan/find-dedupe.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import type { NamedRule } from '../project/load-files.ts';
import type { Unfinished } from '../reports/make-report.ts';
import { reportUnchanged } from './report-unchanged.ts';
import { type Seen, seeRules } from './see-rules.ts';

export interface WriteOptions {
  readonly file: string;
  readonly samples: number;
}

/** Writes what would be removed to a file, for `applyPlan`. A plan that is refused is not written. */
export async function writePlan(
  context: Context,
  rules: readonly NamedRule[],
  { file, samples }: WriteOptions,
): Promise<Unfinished<DedupeReport>> {
  return await connectToRead(context, 'dedupe', async (workplace) => {
    const how = { depth: 'full', strategy: 'plan-file', purpose: 'look', miswritten: 'thrown' } as const;
    const seen = await seeRules(workplace, rules, { samples, ...how });
    const refused = seen.some(({ plan }) => plan.refusals.length > 0);
    const written = refused ? undefined : await recordPlan(workplace, file, seen.flatMap(plannableOf));
    return reportUnchanged({
      settings: context.settings,
      seen,
      dryRun: true,
      written: written && { file, ...written },
    });
  });
}

function plannableOf({ rule, target, inspected, plan }: Seen): readonly Plannable[] {
  const dedupe = findDedupe(plan);
  const { facts, survey } = inspected;
  return dedupe ? [{ rule, migration: target.migration, facts, dedupe, references: survey.references }] : [];
}
