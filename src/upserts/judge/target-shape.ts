import { type InferredArbiters, inferArbiters } from '../../model/infer-arbiters.ts';
import { scanSql } from '../sql/scan-sql.ts';
import type { Target } from '../upsert.ts';
import type { UpsertFacts } from './upsert-facts.ts';

export type KeyTarget = Extract<Target, { kind: 'key' }>;

/** The target as SQL for the probe. */
export function targetSql({ elements, where }: KeyTarget): string {
  return `(${elements.map(({ sql }) => sql).join(', ')})${where === undefined ? '' : ` where ${where}`}`;
}

/** What can be known of a target's arbiters without the planner, or where it does not name them. */
export function fittingArbiters({ elements, where }: KeyTarget, { indexes }: UpsertFacts): InferredArbiters {
  return inferArbiters(indexes, {
    columns: elements.flatMap(({ column }) => column ?? []),
    expressions: elements.some(({ column }) => column === undefined),
    particular: elements.some(({ sql, column }) => column !== undefined && scanSql(sql).length > 1),
    where: where !== undefined,
  });
}
