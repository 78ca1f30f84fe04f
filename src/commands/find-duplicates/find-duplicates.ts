import { describeTarget } from '../../inspect/describe-target.ts';
import { explainTarget } from '../../inspect/explain/explain-target.ts';
import { gatherFacts } from '../../inspect/facts/gather-facts.ts';
import { surveyKey } from '../../inspect/survey/survey-rule.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { FindDuplicatesReport } from '../../model/report.ts';
import type { TargetReport } from '../../model/target-report.ts';
import { inheritanceNotes } from '../../plan/notes/inheritance-notes.ts';
import { refuseHiddenRows } from '../../resolve/refuse-hidden-rows.ts';
import { resolveRule } from '../../resolve/resolve-rule.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { chooseRules, type NamedRule } from '../project/load-files.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';

export interface FindDuplicatesOptions {
  /** Look at this rule only, instead of those of the migrations. */
  readonly rule?: UniqueKey | undefined;
  /** How many groups to show of each rule. */
  readonly samples: number;
  /** Show how the copies came: by this column, or by the best one. */
  readonly explain?: { readonly by: string | undefined } | undefined;
}

/** What keeps one rule from being looked at is a finding among those of the others. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'MSGDB_TABLE_NOT_FOUND',
  'MSGDB_TABLE_REFUSED',
  'MSGDB_ROWS_HIDDEN',
  'MSGDB_PERMISSION_DENIED',
]);

/** Finds the rows that break the rules. Nothing is written. */
export async function findDuplicates(context: Context, options: FindDuplicatesOptions): Promise<FindDuplicatesReport> {
  return await makeReport(context, async () => {
    const rules = await chooseRules(context, options.rule);
    return await connectToRead(context, 'find-duplicates', async (workplace) => {
      const targets: TargetReport[] = [];
      const findings: Finding[] = [];
      for (const named of rules) {
        context.emit({ kind: 'step-started', title: `looking at ${named.rule.table}`, table: named.rule.table });
        const target = await lookForDuplicates(workplace, named, options);
        if ('code' in target) findings.push(target);
        else targets.push(target);
      }
      findings.push(...targets.flatMap(findingOf));
      const excess = targets.reduce((sum, target) => sum + target.excessRows, 0);
      return {
        command: 'find-duplicates' as const,
        targets,
        ...conclude({
          findings,
          summary: summarize(targets, rules.length, excess),
          next:
            excess === 0
              ? undefined
              : options.rule
                ? 'msgdb dedupe --dry-run with the same flags'
                : 'msgdb migrate --dry-run',
        }),
      };
    });
  });
}

function summarize(targets: readonly TargetReport[], rules: number, excess: number): string {
  const unseen = rules - targets.length;
  const left = unseen > 0 ? `; ${countOf(unseen, 'rule')} could not be checked` : '';
  const broken = targets.filter((target) => target.excessRows > 0).length;
  if (excess > 0) return `${countOf(excess, 'excess row')} in ${broken} of ${countOf(rules, 'rule')}${left}`;
  return targets.length === 0 && unseen > 0
    ? 'no rule could be checked'
    : `no duplicates; checked ${countOf(targets.length, 'rule')}${left}`;
}

/** A rule whose table is not there is a finding among the others; a rule given by flags is simply wrong. */
async function lookForDuplicates(
  workplace: Workplace,
  { rule, migration }: NamedRule,
  { samples, explain }: FindDuplicatesOptions,
): Promise<TargetReport | Finding> {
  try {
    return await readOnly(workplace, async (db) => {
      const facts = await gatherFacts(db, workplace.server, rule, workplace.settings.schema);
      refuseHiddenRows(facts.table);
      for (const message of inheritanceNotes(facts.table)) workplace.emit({ kind: 'note', message });
      const resolved = resolveRule(rule, facts);
      const inspected = { facts, resolved, survey: await surveyKey(db, resolved, facts) };
      const target = await describeTarget(db, inspected, { samples, migration });
      // A column that one table has, another may not have.
      const by = { by: explain?.by, required: migration === undefined };
      const why = explain && (await explainTarget(db, inspected, by));
      return why ? { ...target, why } : target;
    });
  } catch (error) {
    if (!(error instanceof MsgdbError) || !PASSED_OVER.has(error.code) || migration === undefined) throw error;
    return finding(error.code, error.message, { fix: error.fix, table: rule.table, migration });
  }
}

function findingOf(target: TargetReport): readonly Finding[] {
  if (target.excessRows === 0) return [];
  const { table, key, excessRows, groups, migration } = target;
  return [
    finding(
      'MSGDB_DUPLICATES_FOUND',
      `${table}: ${countOf(excessRows, 'excess row')} in ${countOf(groups, 'group')} by ${key.join(', ')}.`,
      {
        table,
        ...(migration === undefined ? {} : { migration }),
      },
    ),
  ];
}
