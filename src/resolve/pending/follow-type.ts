import type { Change } from '../../model/pending.ts';
import { isSameTable } from '../../model/table-name.ts';
import { contentOf, substitute } from './substitute.ts';
import type { KnownColumn, KnownTable, World } from './world.ts';

type Retype = Extract<Change, { kind: 'retype-column' }>;

/** The table after one of its columns has another type. */
export function afterType(world: World, table: KnownTable, change: Retype, where: string): KnownTable {
  const { column, type } = change;
  const reason = `${column} gets another type ${where}, which may make values equal`;
  const known = retyped(world, table, change) ?? { kind: 'unknown', reason };
  return {
    ...table,
    columns: new Map([...table.columns, [column, known]]),
    types: new Map([...table.types, [column, type]]),
  };
}

/** Types that are there whatever the scripts make, and to which a value is converted alike by every session. */
const STEADY =
  /^(?:text|varchar|character varying|char|character|smallint|int[248]?|integer|bigint|numeric|decimal|uuid|boolean|bool)(?: ?\( ?\d+ ?(?:, ?\d+ ?)?\))?$/;

/** What the column holds then; undefined where that is not known. A value that does not fit is asked for elsewhere. */
function retyped(world: World, table: KnownTable, { column, type, using }: Retype): KnownColumn | undefined {
  const known = table.columns.get(column);
  const to = plain(type);
  if (using) {
    const comparable = using.uses.every((use) => typeOf(world, table, use.column) !== undefined);
    const value = comparable && STEADY.test(to) ? substitute(using, table) : undefined;
    if (!value || !('sql' in value)) return undefined;
    return { kind: using.uses.length === 0 ? 'constant' : 'value', sql: `(${value.sql})::${type}` };
  }
  if (known?.kind === 'null') return known;
  const from = typeOf(world, table, column);
  if (!known || from === undefined) return undefined;
  if (holdsAll(plain(from), to)) return known;
  const value = STEADY.test(to) ? contentOf(known, column, table) : undefined;
  return typeof value === 'string'
    ? { kind: known.kind === 'constant' ? 'constant' : 'value', sql: `(${value})::${type}` }
    : undefined;
}

/** The type that a column has at this place, where equal values of it are the same. */
function typeOf({ present }: World, { columns, types, origin }: KnownTable, column: string): string | undefined {
  const made = types.get(column);
  if (made !== undefined) return STEADY.test(plain(made)) ? made : undefined;
  const known = columns.get(column);
  const relation = origin && present.find((each) => each.kind === 'table' && isSameTable(each, origin));
  return known?.kind === 'present' ? relation?.types?.[known.column] : undefined;
}

function plain(type: string): string {
  return type.trim().toLowerCase().replaceAll(/\s+/g, ' ');
}

const TEXT = /^(?:text|varchar|character varying)(?: ?\( ?(\d+) ?\))?$/;
const WHOLE = ['smallint int2', 'integer int int4', 'bigint int8'];

/** Every value stays what it is, and no two become equal. */
function holdsAll(from: string, to: string): boolean {
  const [before, after] = [TEXT.exec(from), TEXT.exec(to)];
  if (before && after) return Number(after[1] ?? Infinity) >= Number(before[1] ?? Infinity);
  const [small, large] = [from, to].map((type) => WHOLE.findIndex((names) => names.split(' ').includes(type)));
  return small !== undefined && large !== undefined && small >= 0 && large >= small;
}
