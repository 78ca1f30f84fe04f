import type { IndexFacts } from './facts.ts';
import { isSameInAnyOrder } from './same-columns.ts';

/** What of an ON CONFLICT target can be compared with an index without asking the planner. */
export interface TargetShape {
  /** Its elements that are a column. */
  readonly columns: readonly string[];
  readonly expressions: boolean;
  /** Has an element a COLLATE or an operator class, which not every index on its column has? */
  readonly particular: boolean;
  readonly where: boolean;
}

/** `certain`: these are arbiters. Else it is one or more of them, if it is any. */
export interface InferredArbiters {
  readonly certain: boolean;
  readonly indexes: readonly IndexFacts[];
}

/**
 * Which arbiters does a target have, of which the planner only said that there is one? It takes every index on these very
 * columns that covers all rows (a DEFERRABLE constraint's is always such a one); predicates and expressions only it can
 * compare, so there it is certain where a single index comes into question.
 */
export function inferArbiters(indexes: readonly IndexFacts[], target: TargetShape): InferredArbiters {
  const fitting = indexes.filter(
    (index) =>
      index.unique &&
      index.valid &&
      !index.exclusion &&
      (index.predicate === undefined || target.where) &&
      index.key.some(({ column }) => column === undefined) === target.expressions &&
      isSameInAnyOrder(
        index.key.flatMap(({ column }) => column ?? []),
        target.columns,
      ),
  );
  const whole = fitting.filter(({ predicate }) => predicate === undefined);
  if (whole.length > 0 && !target.expressions && !target.particular) return { certain: true, indexes: whole };
  return { certain: fitting.length === 1, indexes: fitting };
}
