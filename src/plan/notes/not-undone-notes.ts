import type { Finding } from '../../model/finding.ts';

/** What a role could do and not undo. */
export function notUndoneNotes(lacking: readonly Finding[]): readonly string[] {
  return lacking.map(({ message, fix }) => `To undo this: ${message} ${fix}`);
}
