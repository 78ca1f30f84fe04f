import { NOTHING_DONE, type Outcome } from '../../model/outcome.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { DedupeTargetReport, TargetReport } from '../../model/target-report.ts';
import { findDedupe } from '../../plan/find-dedupe.ts';
import type { Seen } from './see-rules.ts';

/** What came of a rule. */
export function reportOutcome(target: TargetReport, outcome: Outcome): DedupeTargetReport {
  return {
    ...target,
    deleted: outcome.removed - outcome.marked,
    marked: outcome.marked,
    archived: outcome.archived,
    merged: outcome.merged,
    childrenRemoved: outcome.childrenRemoved
      .filter(({ rows }) => rows > 0)
      .map(({ label, rows }) => ({ table: label.slice(0, label.lastIndexOf('.')), rows })),
    repointed: outcome.repointed.map(({ label, columns, rows }) => ({
      table: label.slice(0, label.lastIndexOf('.')),
      columns,
      rows,
    })),
  };
}

/** What would come of it: where copies differ, and what becomes of the rows that refer to losers. */
export function reportSeen({ target, inspected, plan }: Seen): DedupeTargetReport {
  const { differing, references } = inspected.survey;
  const dedupe = findDedupe(plan);
  return {
    ...reportOutcome(target, NOTHING_DONE),
    ...(differing ? { differing: { groups: differing.groups, columns: differing.columns } } : {}),
    ...(dedupe && references
      ? {
          references: dedupe.references.map((reference, place) => ({
            table: tableLabel(reference.child.table),
            columns: reference.columns.map(({ name }) => name),
            kind: reference.kind,
            onDelete: reference.onDelete ?? null,
            onCollision: reference.onCollision,
            repointed: references[place]?.moving ?? 0,
            colliding: (references[place]?.colliding ?? 0) + (references[place]?.refused ?? 0),
          })),
        }
      : {}),
  };
}
