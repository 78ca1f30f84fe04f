import type { Dedupe } from '../../model/dedupe.ts';
import { futureColumn } from './future-rows.ts';
import type { Guarded } from './guarded.ts';

/** A column whose new value is computed, and the same work for this column alone. */
export interface GuardedValue {
  readonly guarded: Guarded;
  readonly alone: Dedupe;
}

/** Columns whose new values may not come to be: a sum or an expression that fails (22003, 22012), a constant of another type (22P02). */
export function guardValues(dedupe: Dedupe): readonly GuardedValue[] {
  const { merges, losers } = dedupe;
  const marks = typeof losers === 'object' ? losers.set : [];
  const summed = merges.filter(({ strategy }) => strategy === 'sum' || typeof strategy === 'object');
  return [
    ...summed.map((merge) => {
      const alone: Dedupe = { ...dedupe, merges: [merge], losers: typeof losers === 'object' ? { set: [] } : losers };
      return { guarded: guardValue(dedupe, 'merged', merge.column, merges.indexOf(merge)), alone };
    }),
    ...marks.map((mark) => {
      const alone: Dedupe = { ...dedupe, merges: [], losers: { set: [mark] } };
      return { guarded: guardValue(dedupe, 'marked', mark.column, marks.indexOf(mark)), alone };
    }),
  ];
}

/** It refuses no row, but is computed for all of them, and cast to what the column can hold. */
function guardValue({ image }: Dedupe, subject: 'merged' | 'marked', name: string, place: number): Guarded {
  const type = image.columns.find((column) => column.name === name)?.storageType ?? 'text';
  const rows = subject === 'merged' ? 'taken' : 'marked';
  return {
    subject,
    label: undefined,
    moved: [],
    image,
    kept: undefined,
    constraint: { kind: 'value', name, type },
    rows: `
        select null::oid as tab, null::tid as tid
          from ${rows} having count((${futureColumn(place)})::${type}) < 0`,
  };
}
