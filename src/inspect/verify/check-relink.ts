import { countOf } from '../../model/count-of.ts';
import type { Relink } from '../../model/operations/relink.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { noteUnlinked } from '../../resolve/note-unlinked.ts';
import { resolveRelinking } from '../../resolve/resolve-operation.ts';
import type { Workplace } from '../../session/workplace.ts';
import { gatherFacts } from '../facts/gather-facts.ts';
import { surveyRelink } from '../survey/survey-operation.ts';
import { failed, type Verdict } from './verdict.ts';

/** No row that could be linked is left without its reference. */
export async function checkRelink(db: Queryable, workplace: Workplace, operation: Relink): Promise<readonly Verdict[]> {
  const facts = await gatherFacts(db, workplace.server, operation, workplace.settings.schema);
  const resolved = resolveRelinking(operation, facts);
  const { relink: survey } = await surveyRelink(db, resolved);
  const table = tableLabel(facts.table.table);
  const common = { name: 'orphans', table, title: `no orphans in ${table}.${operation.column}` };
  const fixable = survey.matched + (operation.createMissing ? survey.waiting : 0);
  if (fixable > 0)
    return [failed(common, 'MSGDB_ORPHANS_FOUND', `${countOf(fixable, 'row')} without ${operation.column}`)];
  const rest = resolved.relink ? noteUnlinked(survey, resolved.relink).join(' ') : '';
  return [{ ...common, status: 'ok', code: null, detail: rest || 'every row is linked' }];
}
