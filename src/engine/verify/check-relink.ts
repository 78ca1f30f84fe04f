import { countOf } from '../../model/count-of.ts';
import type { Relink } from '../../model/operations/relink.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../plan/names.ts';
import { leftAlone } from '../../plan/plan-relink.ts';
import { Refusals } from '../../plan/refusals.ts';
import { resolveRelink } from '../../plan/resolve-relink.ts';
import { gatherFacts } from '../inspect/gather-facts.ts';
import { takeSurvey } from '../inspect/take-survey.ts';
import type { Workplace } from '../run/workplace.ts';
import { failed, type Verdict } from './verdict.ts';

/** No row that could be linked is left without its reference. */
export async function checkRelink(db: Queryable, workplace: Workplace, operation: Relink): Promise<readonly Verdict[]> {
  const facts = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
  const { relink: survey } = await takeSurvey(db, operation, facts);
  const resolved = resolveRelink(operation, facts, new Refusals(''));
  const table = tableLabel(facts.table.table);
  const common = { name: 'orphans', table, title: `no orphans in ${table}.${operation.column}` };
  const fixable = survey.matched + (operation.createMissing ? survey.waiting : 0);
  if (fixable > 0)
    return [failed(common, 'MSGDB_ORPHANS_FOUND', `${countOf(fixable, 'row')} without ${operation.column}`)];
  const rest = resolved ? leftAlone(survey, resolved).join(' ') : '';
  return [{ ...common, status: 'ok', code: null, detail: rest || 'every row is linked' }];
}
