import { z } from 'zod';
import { type Queryable, type Statement, statement } from '../model/statement.ts';

const nodeSchema = z.looseObject({
  'Node Type': z.string(),
  Strategy: z.string().optional(),
  'Plan Rows': z.number(),
  'Planned Partitions': z.number().default(0),
  Plans: z.array(z.unknown()).default([]),
});
const explainSchema = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: nodeSchema })]) })]);

/** What the planner expects of a query. */
export interface ExpectedGroups {
  readonly rows: number;
  /** Would it hold all groups in memory, without a file for those that do not fit? */
  readonly inMemory: boolean;
  /** Would it read an index alone? */
  readonly indexOnly: boolean;
}

/** Asks the planner how it would run a query that groups: it knows the statistics, its memory, and what is all visible. */
export async function expectGroups(db: Queryable, { text }: Statement): Promise<ExpectedGroups> {
  const [{ 'QUERY PLAN': plans }] = explainSchema.parse(await db.query(statement(`explain (format json) ${text}`)));
  const [{ Plan: plan }] = plans;
  return {
    rows: plan['Plan Rows'],
    inMemory: plan.Strategy === 'Hashed' && plan['Planned Partitions'] === 0,
    indexOnly: readsIndexAlone(plan),
  };
}

function readsIndexAlone(plan: unknown): boolean {
  const { 'Node Type': type, Plans: plans } = nodeSchema.parse(plan);
  return type === 'Index Only Scan' || plans.some(readsIndexAlone);
}
