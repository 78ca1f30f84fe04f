import { countOf } from '../../model/count-of.ts';
import type { Finding } from '../../model/finding.ts';
import type { PlanReport, PlanStepReport } from '../../model/plan-report.ts';
import { printableLines } from '../printable.ts';
import { renderFix } from './findings.ts';
import { flow, flowLabelled, prose } from './flow.ts';
import { renderHeading } from './heading.ts';
import type { Ink } from './ink.ts';
import { widthOf } from './line.ts';
import { lockMode, lockSpan } from './lock-words.ts';

/** What would be done, operation by operation, those of one migration under its name; and why something would not. */
export function renderPlans(
  ink: Ink,
  { plan: plans, findings }: { readonly plan: readonly PlanReport[]; readonly findings: readonly Finding[] },
): readonly (readonly string[])[] {
  const idle = findings.length === 0 ? 'nothing to do' : 'no steps';
  return plans.map((plan, index) => {
    const named = plan.migration !== null && plan.migration !== plans[index - 1]?.migration;
    return [...(named ? renderHeading(ink, plan.migration ?? '') : []), ...renderPlan(ink, plan, idle)];
  });
}

/** Whether the finding stands under its plan already. */
export function isToldByPlan({ code, message, fix }: Finding, plans: readonly PlanReport[]): boolean {
  return plans.some(
    ({ refusals, notes }) =>
      refusals?.some((each) => each.code === code && each.message === message) || notes.includes(`${message} ${fix}`),
  );
}

function renderPlan(ink: Ink, plan: PlanReport, idle: string): readonly string[] {
  const refusals = plan.refusals ?? [];
  return [
    ...flow(ink, [{ text: plan.title, paint: ink.paint.strong }], 2),
    ...(plan.steps.length + refusals.length === 0 ? flow(ink, [{ text: idle, paint: ink.paint.dim }], 4) : []),
    ...plan.steps.flatMap((step, index) => renderStep(ink, step, `${index + 1}`, 4)),
    ...refusals.flatMap((refusal) => renderRefusal(ink, refusal)),
    ...renderHeld(ink, plan),
    ...plan.notes.flatMap((note) =>
      flowLabelled(ink, [{ text: ink.symbol.info, paint: ink.paint.command }], 3, prose(ink, note), 4),
    ),
  ];
}

/** What would be done if the limit allowed it. */
function renderHeld(ink: Ink, { held = [] }: PlanReport): readonly string[] {
  if (held.length === 0) return [];
  return [
    ...flow(ink, [{ text: 'If the limit is raised:', paint: ink.paint.dim }], 4),
    ...held.flatMap((step, index) => renderStep(ink, step, `${index + 1}`, 4)),
  ];
}

function renderRefusal(ink: Ink, { code, message, fix }: Finding): readonly string[] {
  const mark = { text: ink.symbol.wrong, paint: ink.paint.wrong };
  const line = [...prose(ink, message), { text: `  ${code}`, paint: ink.paint.dim }];
  return [...flowLabelled(ink, [mark], 3, line, 4), ...renderFix(ink, fix, 7)];
}

function renderStep(ink: Ink, step: PlanStepReport, number: string, indent: number): readonly string[] {
  const columns = number.length + 2;
  const inner = indent + columns;
  return [
    ...titleLines(ink, step, number, columns, indent),
    ...renderEffort(ink, step, inner),
    ...step.details.flatMap((detail) => flow(ink, prose(ink, detail, ink.paint.dim), inner)),
    ...(ink.look.verbose ? step.sql.flatMap((statement) => renderSql(ink, statement, inner)) : []),
    ...step.steps.flatMap((each, index) => renderStep(ink, each, `${number}.${index + 1}`, inner)),
  ];
}

/** PostgreSQL's name of the lock, about how many rows, about how long. */
function renderEffort(ink: Ink, { lock, rows, duration }: PlanStepReport, indent: number): readonly string[] {
  const parts = [lockMode(lock), rows ? `about ${countOf(rows, 'row')}` : '', duration ?? ''].filter(Boolean);
  if (rows === null && duration === null) return [];
  return flow(ink, prose(ink, parts.join(` ${ink.symbol.dot} `), ink.paint.dim), indent);
}

/** The lock stands behind the title where there is room, else on a line of its own. */
function titleLines(
  ink: Ink,
  step: PlanStepReport,
  number: string,
  columns: number,
  indent: number,
): readonly string[] {
  const label = [{ text: number, paint: ink.paint.dim }];
  const title = prose(ink, step.title);
  const lock = [{ text: ` ${ink.symbol.dot} `, paint: ink.paint.dim }, lockSpan(ink, step.lock)];
  if (indent + columns + widthOf([...title, ...lock]) <= ink.width) {
    return flowLabelled(ink, label, columns, [...title, ...lock], indent);
  }
  return [
    ...flowLabelled(ink, label, columns, title, indent),
    ...flow(ink, [lockSpan(ink, step.lock)], indent + columns),
  ];
}

function renderSql(ink: Ink, statement: string, indent: number): readonly string[] {
  return printableLines(statement.trim()).flatMap((line) => {
    const depth = line.length - line.trimStart().length;
    const first = indent + Math.min(depth, 12);
    return flow(ink, [{ text: line.trim(), paint: ink.paint.command }], { first, rest: first + 2 });
  });
}
