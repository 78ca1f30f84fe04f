import { findSpecialTime } from '../../catalog/find-special-time.ts';
import { fixMoment } from '../../catalog/fix-moment.ts';
import { isImmutable } from '../../catalog/is-immutable.ts';
import { judgeExpression } from '../../catalog/judge-expression.ts';
import { parseExpression } from '../../catalog/parse-expression.ts';
import { readUnsteady, type Unsteady } from '../../catalog/read-unsteady.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableFacts } from '../../model/facts.ts';
import type { SettledExpression } from '../../model/settled.ts';
import type { Queryable } from '../../model/statement.ts';
import type { UsedExpression } from '../../resolve/expressions.ts';

/** Finds out whether the expressions that choose a survivor, or say what it takes, give the same whenever they are asked. */
export async function settleExpressions(
  db: Queryable,
  table: TableFacts,
  expressions: readonly UsedExpression[],
  moment: string,
): Promise<readonly SettledExpression[]> {
  const settled: SettledExpression[] = [];
  if (table.kind !== 'table' && table.kind !== 'partitioned') return settled;
  for (const each of expressions) settled.push(await settle(db, table, each, moment));
  return settled;
}

async function settle(
  db: Queryable,
  table: TableFacts,
  { use, text }: UsedExpression,
  moment: string,
): Promise<SettledExpression> {
  const common = { use, text, clocks: [], error: undefined, volatile: false, unsteady: [], reads: [] };
  try {
    const named = await parseExpression(text);
    const { expression: fixed, replaced: clocks } = await fixMoment(text, moment);
    const scope = use === 'merge' ? 'group' : 'row';
    const { volatile, reads } = await judgeExpression(db, table, fixed, scope);
    // What losers are marked with chooses nothing.
    const special = use === 'set' ? undefined : await findSpecialTime(db, table, text, scope);
    if (special !== undefined) return { ...common, fixed: text, error: changesWith(special) };
    // What the planner has come to see as IMMUTABLE, by inlining for instance, is.
    const settled = !volatile && use !== 'merge' && (await isImmutable(db, table, fixed));
    const found = settled ? [] : await readUnsteady(db, named);
    const unsteady = found.filter(volatile ? isVolatile : mayChange).map(({ name }) => name);
    return { ...common, fixed, clocks, volatile, unsteady, reads };
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_EXPRESSION_INVALID') throw error;
    return { ...common, fixed: text, error: `${error.message} ${error.why}` };
  }
}

function changesWith(special: string): string {
  return `${special} is the time at which PostgreSQL reads a statement, and another one in each. Write now() or current_date: they are one moment for the whole run.`;
}

function isVolatile({ volatility }: Unsteady): boolean {
  return volatility === 'volatile';
}

/** Builtin functions that are STABLE go by settings, which are the same in all sessions of a run, and by the time. */
function mayChange({ volatility, builtin }: Unsteady): boolean {
  return volatility === 'stable' && !builtin;
}
