import type { ArbiterVerdict } from '../../catalog/probe-arbiter.ts';
import type { IndexFacts } from '../../model/facts.ts';
import type { InferredArbiters } from '../../model/infer-arbiters.ts';
import { nearest } from '../../model/nearest.ts';
import { showName } from '../../sql/show-name.ts';
import type { ConflictUpsert, Target } from '../upsert.ts';
import { isBrought, writeClause } from './brought.ts';
import { clauseOf } from './index-clause.ts';
import { type JudgedUpsert, type Remark, targetText, unresolved } from './judged-upsert.ts';
import { hasColumn, missingColumns, missingTarget } from './missing-columns.ts';
import { explainMiss, explainParameter } from './near-miss.ts';
import { assignsKey } from './ownership.ts';
import { fittingArbiters, type KeyTarget } from './target-shape.ts';
import type { UpsertFacts } from './upsert-facts.ts';
import { deferrableError, hiddenConflicts, warningsOf } from './warnings.ts';

/** What the planner answered to a target. */
export interface Answer {
  readonly verdict: ArbiterVerdict;
  /** To one with values in place of its parameters, where these find an index and any value does not. */
  readonly withValue: ArbiterVerdict | undefined;
}

/** Says what an upsert does, from the table's facts and from what the planner answered to its target. */
export function judgeUpsert(
  upsert: ConflictUpsert,
  target: Target,
  facts: UpsertFacts,
  answer: Answer | undefined,
): JudgedUpsert {
  const settled = { ...upsert, target };
  const judged = (found: readonly Remark[], arbiter?: string): JudgedUpsert => {
    const remarks = [...missingColumns(upsert, facts), ...found];
    return {
      upsert,
      status: remarks.some(({ level }) => level === 'error') ? 'error' : remarks.length > 0 ? 'warning' : 'ok',
      table: facts.table,
      target: targetText(settled),
      arbiter,
      remarks,
      reason: undefined,
    };
  };
  if (target.kind === 'none') return judged(hiddenConflicts(upsert, facts));
  if (target.kind === 'constraint') return judged(judgeConstraint(upsert, target.name, facts), target.name);
  if (target.kind !== 'key') return unresolved(upsert, 'reason' in target ? target.reason : 'its target is not known');
  const missing = target.elements.flatMap(({ column }) => column ?? []).filter((column) => !hasColumn(facts, column));
  // A class may call a column by any name; SQL says what it means.
  if (missing.length > 0 && upsert.via === 'sql') return judged(missingTarget(missing, facts));
  if (missing.length > 0) return unmapped(upsert, missing, facts);
  if (!answer || answer.verdict.kind === 'failed') return unresolved(upsert, failureOf(answer));
  const { verdict, withValue } = answer;
  if (verdict.kind === 'missing') {
    const [index] = withValue ? arbitersOf(withValue, target, facts).indexes : [];
    const remark = index ? explainParameter(settled, target, index, facts) : explainMiss(settled, target, facts);
    if (index && remark.level !== 'error')
      return judged([remark, ...remarksOnFound(settled, [index], facts)], index.name);
    const key = target.elements.flatMap(({ column }) => column ?? []);
    return judged([remark, ...assignsKey(upsert, key, facts)]);
  }
  const { certain, indexes } = arbitersOf(verdict, target, facts);
  if (!certain) return untold(upsert, indexes, facts);
  return judged(
    remarksOnFound(settled, indexes, facts),
    verdict.kind === 'found' ? verdict.indexes[0] : indexes[0]?.name,
  );
}

function unmapped(upsert: ConflictUpsert, missing: readonly string[], { table }: UpsertFacts): JudgedUpsert {
  return unresolved(
    upsert,
    `${table.name} has no column ${missing.join(', ')}`,
    `Correct the name, or run the migration that adds ${missing.map(showName).join(', ')}`,
  );
}

function failureOf(answer: Answer | undefined): string {
  return answer?.verdict.kind === 'failed' ? answer.verdict.message : 'it was not asked for';
}

function arbitersOf(verdict: ArbiterVerdict, target: KeyTarget, facts: UpsertFacts): InferredArbiters {
  if (verdict.kind !== 'found') return fittingArbiters(target, facts);
  return { certain: true, indexes: facts.indexes.filter(({ name }) => verdict.indexes.includes(name)) };
}

function untold(upsert: ConflictUpsert, indexes: readonly IndexFacts[], { table }: UpsertFacts): JudgedUpsert {
  const which = indexes.length > 1 ? `one of ${indexes.map(({ name }) => name).join(', ')}` : 'an index';
  const full = `${showName(table.schema)}.${showName(table.name)}`;
  const grant = `grant select, insert on ${full} to the role`;
  return unresolved(upsert, `${which} serves it, and this role may not see which: ${grant}`, `Run \`${grant}\``);
}

function remarksOnFound(
  upsert: ConflictUpsert,
  arbiters: readonly IndexFacts[],
  facts: UpsertFacts,
): readonly Remark[] {
  const deferrable = arbiters.find(({ immediate }) => !immediate);
  if (deferrable) return [deferrableError(deferrable)];
  const [arbiter] = arbiters;
  return arbiter ? warningsOf(upsert, arbiter, facts) : [];
}

function judgeConstraint(upsert: ConflictUpsert, name: string, facts: UpsertFacts): readonly Remark[] {
  const index = facts.indexes.find(({ constraint }) => constraint?.name === name);
  if (!index) {
    const isIndex = facts.indexes.some((each) => each.name === name && each.unique);
    const message = isIndex
      ? `${name} is an index, and no constraint`
      : `${facts.table.name} has no constraint ${name}`;
    return [constraintError(`${message}: 42704.`, columnsInstead(name, upsert, facts))];
  }
  if (!index.immediate) return [deferrableError(index)];
  if (!index.valid)
    return [constraintError(`The index of ${name} is not valid: 42P10.`, columnsInstead(name, upsert, facts))];
  if (index.exclusion && upsert.action.kind === 'update') {
    const message = `${name} is an exclusion constraint, which DO UPDATE cannot use: 42809.`;
    return [constraintError(message, 'Write DO NOTHING, or the columns of a unique index.')];
  }
  return index.exclusion ? [] : warningsOf(upsert, index, facts);
}

function constraintError(message: string, fix: string): Remark {
  return { level: 'error', code: 'MSGDB_UPSERT_CONSTRAINT', message, fix };
}

/** The columns of the index that was meant; else those of any that would do, the primary key last. */
function columnsInstead(name: string, upsert: ConflictUpsert, facts: UpsertFacts): string {
  const able = facts.indexes.filter((index) => index.unique && index.valid && index.immediate);
  const wanted = nearest(
    name,
    able.map((index) => index.name),
  );
  const meant = able.find((index) => index.name === wanted);
  if (meant) return writeClause(clauseOf(meant), meant, upsert, facts);
  const [other] = able
    .filter((index) => isBrought(index, upsert, facts))
    .toSorted((a, b) => Number(a.primary) - Number(b.primary));
  return other
    ? `Write the columns instead, such as ${clauseOf(other)}.`
    : 'Make the columns unique that say when two rows are the same, and write ON CONFLICT with them.';
}
