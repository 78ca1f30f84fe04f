import type { Dedupe, OrderTerm } from '../../model/dedupe.ts';
import type { Movement } from '../../model/movement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { ALL_BUT_ITSELF, asExclusion, findExcluded } from './exclusions.ts';
import { futureColumn } from './future-rows.ts';
import { markedColumns, takenColumns } from './own-changes.ts';
import type { Linking } from './shared-rows.ts';
import { findBroken } from './survey-movements.ts';

/**
 * Rows of groups that refer to losers of others (`shared`): what survivors take, and what losers are marked with, is judged
 * as if these had been settled. A batch may come before.
 */
export function linkOwn(dedupe: Dedupe, movement: Movement, shared: string): readonly Linking[] {
  const { image, guards, uniques } = dedupe;
  const { table } = image;
  const every = `select tab, tid from ${shared}`;
  if (readsMoved(dedupe, movement)) return [{ table, constraint: undefined, rows: every }];
  const changes = [
    { rows: 'taken', columns: takenColumns(dedupe) },
    { rows: 'marked', columns: markedColumns(dedupe) },
  ].filter(({ columns }) => columns.length > 0);
  return changes.flatMap(({ rows, columns }): readonly Linking[] => {
    const changed = { child: image, columns };
    const before = beforeMove(dedupe, movement, { rows, columns }, shared);
    const asked = [
      ...guards,
      ...uniques.map((unique) => ({ kind: 'exclusion' as const, name: unique.index, ...asExclusion(unique) })),
    ];
    return asked.map((guard) => ({
      table,
      constraint: guard.name,
      rows:
        guard.kind === 'exclusion'
          ? findExcluded(changed, guard, before, ALL_BUT_ITSELF)
          : findBroken(changed, guard, before),
    }));
  });
}

/** Does what survives, or what it takes, depend on columns that are re-pointed? */
function readsMoved({ merges, losers, order }: Dedupe, { columns }: Movement): boolean {
  const reads = (text: string): boolean => columns.some(({ name }) => text.includes(name)) || text.includes('.*');
  const marks = typeof losers === 'object' ? losers.set : [];
  return (
    merges.some(
      ({ column, strategy }) =>
        reads(typeof strategy === 'object' ? strategy.expression : '') || columns.some(({ name }) => name === column),
    ) ||
    marks.some(({ value }) => typeof value === 'object' && value !== null && reads(JSON.stringify(value))) ||
    order.some((term) => reads(textOf(term)))
  );
}

function textOf(term: OrderTerm): string {
  if ('column' in term) return term.column;
  if ('expression' in term) return term.expression;
  return 'complete' in term ? term.complete.join(' ') : '';
}

/** SQL: the same rows while what they refer to is as it is. */
function beforeMove(
  { image }: Dedupe,
  { columns: moved }: Movement,
  { rows, columns }: { readonly rows: string; readonly columns: readonly { readonly name: string }[] },
  shared: string,
): string {
  const values = columns.map(({ name }, part) =>
    moved.some((column) => column.name === name)
      ? `c.${quoteName(name)} as ${futureColumn(part)}`
      : `t.${futureColumn(part)}`,
  );
  return `(select t.moves, t.tab, t.tid, ${values.join(', ')}
             from ${rows} t
             join ${shared} s on s.tab = t.tab and s.tid = t.tid
             join ${rowsOf(image)} c on ${sameRow('c', 't')})`;
}
