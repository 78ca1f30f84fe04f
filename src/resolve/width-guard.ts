import type { WidthGuard } from '../model/dedupe.ts';
import type { ColumnFacts, TableFacts } from '../model/facts.ts';

/**
 * A row has to fit into one page of 8 kB, less its header: 8,160 bytes (MaxHeapTupleSize); a longer one is refused
 * (54000).
 */
const MOST_BYTES = 8_160;
/** Values of up to 24 bytes stay where they are (MAXALIGN of a TOAST pointer); of a longer one 18 are left. */
const MOST_LEFT = 24;
const ALIGNMENT = 8;
/** The header of a row, what the archive notes of an image, and a little more. */
const BESIDES = 128;

/** Asks whether the archive can hold each row of a table; undefined where its columns cannot make one too long. */
export function widthGuard({ columns, primaryKey }: TableFacts): WidthGuard | undefined {
  const identity = columns.filter(({ name }) => primaryKey.includes(name));
  const most = [...columns, ...identity].reduce((sum, column) => sum + mostOf(column), 0);
  if (most + columns.length / 8 + BESIDES <= MOST_BYTES) return undefined;
  return {
    kind: 'width',
    name: 'the archive',
    columns: [...columns, ...identity].map((column) => ({ name: column.name, movable: isMovable(column) })),
  };
}

function mostOf(column: ColumnFacts): number {
  if (isMovable(column)) return MOST_LEFT;
  return column.length < 0 ? MOST_BYTES : Math.ceil(column.length / ALIGNMENT) * ALIGNMENT;
}

/** The archive stores a value as its type says, not by the table's own STORAGE. */
function isMovable({ length, storage }: ColumnFacts): boolean {
  return length < 0 && storage !== 'p';
}
