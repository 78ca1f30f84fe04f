import { countOf } from '../../model/count-of.ts';
import type { Finding } from '../../model/finding.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { TargetReport } from '../../model/target-report.ts';
import { askFirst } from '../context/ask-first.ts';
import type { Context } from '../context/context.ts';

/** What is about to go. */
interface Removal {
  readonly rule: UniqueKey;
  readonly target: TargetReport;
  /** Not those of groups that are left alone. */
  readonly rows: number;
  /** What the role would lack for putting them back. */
  readonly lackingToUndo?: readonly Finding[] | undefined;
}

/** What becomes of one row, and of several. */
const FATES = {
  marked: [
    'It stays, and its old values are kept in the archive.',
    'They stay, and their old values are kept in the archive.',
  ],
  archived: ['It is kept in the archive.', 'They are kept in the archive.'],
  deleted: ['It is NOT kept: this cannot be undone.', 'They are NOT kept: this cannot be undone.'],
} as const;

/**
 * Asks before rows are removed.
 * @throws MsgdbError MSGDB_CONFIRMATION_NEEDED when the answer is no, or there is no terminal to ask on.
 */
export async function confirmRemoval(context: Context, removals: readonly Removal[]): Promise<void> {
  const rows = removals.reduce((sum, each) => sum + each.rows, 0);
  if (rows === 0) return await confirmRebuild(context, removals);
  const tables = [...new Set(removals.filter((each) => each.rows > 0).map(({ target }) => target.table))].join(', ');
  const kept = removals.every(({ rule }) => rule.losers !== 'delete');
  const marked = removals.every(({ rule }) => typeof rule.losers === 'object');
  const verb = marked ? 'Mark' : 'Remove';
  const what = `${countOf(rows, 'row')} ${marked ? 'of' : 'from'} ${tables}`;
  const fate = marked ? FATES.marked : kept ? FATES.archived : FATES.deleted;
  const lacking = removals.flatMap(({ lackingToUndo = [] }) =>
    lackingToUndo.map(({ message }) => ` To undo this: ${message}`),
  );
  await askFirst(context, {
    question: `${verb} ${what}? ${fate[rows === 1 ? 0 : 1]}${lacking.join('')}`,
    action: `${marked ? 'marking' : 'removing'} ${what}`,
    seen: removals.map(({ target }) => target),
  });
}

/** The copies are gone, and the index that let them in is still damaged. */
async function confirmRebuild(context: Context, removals: readonly Removal[]): Promise<void> {
  const indexes = removals.map(({ target }) => `${target.index} of ${target.table}`).join(', ');
  await askFirst(context, {
    question: `Rebuild the damaged index ${indexes}? No row is removed.`,
    action: `rebuilding ${indexes}`,
    seen: removals.map(({ target }) => target),
  });
}
