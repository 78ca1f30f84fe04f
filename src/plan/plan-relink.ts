import { countOf, formatCount } from '../model/count-of.ts';
import type { OperationFacts, TableName } from '../model/facts.ts';
import { findTable } from '../model/find-table.ts';
import type { Plan, ResolvedRelink, Step, Survey } from '../model/plan.ts';
import { Refusals } from '../model/refusals.ts';
import type { RelinkSurvey } from '../model/relink-survey.ts';
import { tableLabel } from '../model/table-label.ts';
import { isSameTable } from '../model/table-name.ts';
import { lackingToUnlink } from '../resolve/lack-restore.ts';
import { lackPrivileges } from '../resolve/lacking.ts';
import { noteUnlinked } from '../resolve/note-unlinked.ts';
import { refuseWideImages } from '../resolve/refuse-wide-images.ts';
import type { ResolvedRelinking } from '../resolve/resolve-operation.ts';
import { adviseOnRowSecurity } from '../resolve/row-security.ts';
import { notUndoneNotes } from './notes/not-undone-notes.ts';
import { refuseGuards } from './refusals/refuse-guards.ts';

/** Plans that lost references are filled again, creating referenced rows only if the operation says so. */
export function planRelink(
  resolved: ResolvedRelinking,
  facts: OperationFacts,
  { relink: survey, guards }: Pick<Survey, 'relink' | 'guards'>,
): Plan {
  const { operation, relink } = resolved;
  const label = tableLabel(facts.table.table);
  const refusals = new Refusals(label);
  refusals.addAll(resolved.refusals);
  refuseHiddenRows(relink, facts, refusals);
  lackRights(relink, facts, survey, refusals);
  if (relink && survey.lost > 0) refuseWideImages([relink.child, relink.parent], refusals);
  refuseGuards({ guards }, refusals);
  const plan = { operation, title: `relink ${label}.${operation.column} to ${operation.to}`, table: facts.table.table };
  if (!relink || refusals.all.length > 0)
    return { ...plan, steps: [], refusals: refusals.all, lacking: refusals.lacking, notes: [] };
  const steps = relinkSteps(relink, facts.table.table, survey);
  const cannotUndo = steps.length > 0 ? lackingToUnlink(relink, facts) : [];
  return {
    ...plan,
    steps,
    refusals: [],
    lacking: refusals.lacking,
    lackingToUndo: cannotUndo,
    notes: [...noteUnlinked(survey, relink), ...notUndoneNotes(cannotUndo)],
  };
}

function refuseHiddenRows(relink: ResolvedRelink | undefined, facts: OperationFacts, refusals: Refusals): void {
  for (const each of [facts.table, ...facts.related]) {
    const used = each === facts.table || (relink && isSameTable(relink.parent.table, each.table));
    if (!used || !each.rowSecurityActive) continue;
    const message = `Row-level security hides rows of ${tableLabel(each.table)} from this role.`;
    refusals.add('MSGDB_ROWS_HIDDEN', message, adviseOnRowSecurity(each));
  }
}

function lackRights(
  relink: ResolvedRelink | undefined,
  facts: OperationFacts,
  survey: RelinkSurvey,
  refusals: Refusals,
): void {
  if (survey.lost > 0) lackPrivileges(facts.table, ['select', 'update'], facts.server, refusals);
  const parent = relink?.create && survey.missing > 0 ? findTable(facts, relink.parent.table) : undefined;
  if (parent) lackPrivileges(parent, ['select', 'insert'], facts.server, refusals);
}

function relinkSteps(relink: ResolvedRelink, table: TableName, survey: RelinkSurvey): readonly Step[] {
  const creates = relink.create ? survey.missing : 0;
  const fills = survey.matched + (relink.create ? survey.waiting : 0);
  if (fills === 0) return [];
  const lost = `${countOf(survey.lost, 'row')} of ${tableLabel(table)} that lost ${relink.column}`;
  return [
    {
      kind: 'relink',
      title: `Relink ${formatCount(fills)} of ${lost}`,
      table,
      lock: 'row',
      details: [
        ...(creates > 0 ? [`creates ${countOf(creates, 'missing row')} in ${tableLabel(relink.parent.table)}`] : []),
        'old values are kept in the archive',
      ],
      relink,
      survey,
    },
  ];
}
