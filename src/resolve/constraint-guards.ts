import type { RowGuard } from '../model/dedupe.ts';
import type { CheckFacts, IndexFacts } from '../model/facts.ts';
import { allOf } from './colliding-keys.ts';

/** Every UPDATE checks all of them: one that is NOT VALID may refuse a row though its columns have not changed. */
export function checkGuards(checks: readonly CheckFacts[], minds: (check: CheckFacts) => boolean): readonly RowGuard[] {
  return checks
    .filter((check) => !check.validated || check.wholeRow || minds(check))
    .map(({ name, expression, validated }) => ({ kind: 'check', name, expression, validated }));
}

/** Of the table, or of a partition: of the rows within its bound. */
export function exclusionGuard({ name, key, operators, predicate }: IndexFacts, bound: string | undefined): RowGuard {
  return {
    kind: 'exclusion',
    name,
    columns: key.map(({ text }) => `(${text})`),
    operators,
    predicate: allOf(bound, predicate),
  };
}

/** The same of a unique index: rows that it keeps apart though they refer to different rows. */
export function uniqueGuard(index: IndexFacts, bound: string | undefined): RowGuard {
  const operator = index.nullsNotDistinct ? 'is not distinct from' : '=';
  const apart = exclusionGuard({ ...index, operators: index.key.map(() => operator) }, bound);
  return apart.kind === 'exclusion' ? { ...apart, unique: true } : apart;
}
