import type { Run } from '../../session/workplace.ts';

/** How far a script of several statements is, for a log in which nothing else is said for a while. */
export function tellProgress({ emit }: Run, done: number, total: number): void {
  if (total > 1) emit({ kind: 'progress', title: 'statements', done, total });
}
