import { MsgdbError } from '../../model/errors.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import type { Context } from '../context.ts';
import { countOf } from '../count-of.ts';

/** What is about to go. */
interface Removal {
  readonly rule: UniqueKey;
  readonly table: string;
  readonly rows: number;
}

/**
 * Asks before rows are removed.
 * @throws MsgdbError MSGDB_CONFIRMATION_NEEDED when the answer is no.
 */
export async function confirmRemoval(context: Context, removals: readonly Removal[]): Promise<void> {
  const rows = removals.reduce((sum, each) => sum + each.rows, 0);
  const tables = [...new Set(removals.filter((each) => each.rows > 0).map(({ table }) => table))].join(', ');
  const kept = removals.every(({ rule }) => rule.losers !== 'delete');
  const marked = removals.every(({ rule }) => typeof rule.losers === 'object');
  const verb = marked ? 'Mark' : 'Remove';
  const fate = marked
    ? 'They stay, and their old values are kept in the archive.'
    : kept
      ? 'They are kept in the archive.'
      : 'They are NOT kept: this cannot be undone.';
  if (await context.confirm(`${verb} ${countOf(rows, 'row')} ${marked ? 'of' : 'from'} ${tables}? ${fate}`)) return;
  throw new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: `Nothing was changed: ${marked ? 'marking' : 'removing'} ${countOf(rows, 'row')} ${marked ? 'of' : 'from'} ${tables} was not confirmed.`,
  });
}
