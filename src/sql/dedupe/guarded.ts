import type { ResolvedReference, RowGuard, TableImage } from '../../model/dedupe.ts';
import type { GuardSurvey } from '../../model/group-survey.ts';

/** What could refuse a run, and the rows that it would refuse: SQL of their places (tab, tid). */
export interface Guarded {
  readonly subject: 're-pointed' | 'merged' | 'marked' | 'named' | 'removed';
  /** The references that are re-pointed; undefined for the table itself. */
  readonly label: string | undefined;
  /** The columns of each of them. */
  readonly moved: readonly (readonly string[])[];
  /** Those of them that are arrays. */
  readonly arrays?: readonly string[];
  readonly image: TableImage;
  readonly constraint: GuardSurvey['constraint'];
  readonly rows: string;
  /** Why `onCollision: 'remove'` would not remove children that it refuses. */
  readonly kept: GuardSurvey['kept'];
}

/** The guard as the survey names it. */
export function named(guard: RowGuard): Guarded['constraint'] {
  const kind = guard.kind === 'exclusion' && guard.unique ? 'unique' : guard.kind;
  return {
    kind,
    name: guard.name,
    ...(guard.partition ? { partition: guard.partition } : {}),
    ...(guard.kind === 'trigger' ? { trigger: guard } : {}),
    ...(guard.kind === 'type' ? { type: guard.type } : {}),
  };
}

/** The statements that ON DELETE sends for rows that go (tab, tid). */
export function guardActions(references: readonly ResolvedReference[], gone: string): readonly Guarded[] {
  return references.flatMap(({ child, actors }) =>
    actors.map((guard) => ({
      subject: 'removed' as const,
      label: undefined,
      moved: [],
      image: child,
      kept: undefined,
      constraint: named(guard),
      rows: gone,
    })),
  );
}
