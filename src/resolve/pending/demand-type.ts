import type { Build, Demand } from '../../model/demand.ts';
import type { Change } from '../../model/pending.ts';
import { demandRows } from './demand-constraint.ts';
import { missingTable } from './demand-index.ts';
import type { At } from './place.ts';
import { contentOf } from './substitute.ts';
import { findKnown, type World } from './world.ts';

/** Whether the values that are there fit into the type that a statement gives their column. */
export function demandType(
  world: World,
  change: Extract<Change, { kind: 'retype-column' }>,
  at: At,
): readonly Demand[] {
  const table = findKnown(world, change.table);
  if (!table) return [missingTable(world, change.table, at)];
  const { column, type } = change;
  const value = contentOf(table.columns.get(column), column, table);
  const fit = fitOf(type);
  const violating = typeof value !== 'string' ? value : (fit.refuses?.(value) ?? unknown(column, type));
  const rule = `${column} does not fit into ${type}`;
  const ask = { as: 'type', rule, violating, sqlstate: fit.sqlstate, heirs: true } as const;
  const demand = demandRows(world, table, at, ask);
  return [{ ...demand, build: { ...demand.build, blocks: fit.blocks } }];
}

function unknown(column: string, type: string) {
  return { unresolved: `whether the values of ${column} can be ${type} is not looked into` };
}

interface Fit {
  /** SQL: a value that the type refuses. Undefined where only a cast could say so, which fails with the first such value. */
  readonly refuses?: (value: string) => string;
  readonly sqlstate: '22001' | '22003';
  /** A longer text or a more precise number needs no new table. */
  readonly blocks: Build['blocks'];
}

const WHOLE_NUMBERS: Readonly<Record<string, number>> = {
  smallint: 15,
  int2: 15,
  integer: 31,
  int: 31,
  int4: 31,
  bigint: 63,
  int8: 63,
};

/**
 * What a type refuses that is written without USING. `round` has no form for a text, which is not made a number by itself (42804):
 * the look fails then, and the statement is unresolved.
 */
function fitOf(type: string): Fit {
  const written = type.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (/^(?:text|varchar|character varying|citext)$/.test(written)) {
    return { refuses: () => 'false', sqlstate: '22001', blocks: 'nothing' };
  }
  const [, kind, length = '1'] =
    /^(varchar|character varying|char|character|bpchar)(?: ?\( ?(\d+) ?\))?$/.exec(written) ?? [];
  if (kind !== undefined) {
    return {
      // Spaces beyond the length are cut off.
      refuses: (value) => `pg_catalog.substr((${value})::text, ${Number(length) + 1}) ~ '[^ ]'`,
      sqlstate: '22001',
      blocks: /varying|varchar/.test(kind) ? 'nothing' : 'reads and writes',
    };
  }
  const [, precision, scale = '0'] = /^(?:numeric|decimal|dec) ?\( ?(\d+) ?(?:, ?(\d+) ?)?\)$/.exec(written) ?? [];
  if (precision !== undefined) {
    const most = `1e${Number(precision) - Number(scale)}::numeric`;
    return {
      refuses: (value) =>
        `pg_catalog.abs(pg_catalog.round(${value}, ${scale})) >= ${most} and ${value} <> 'NaN'::numeric`,
      sqlstate: '22003',
      blocks: 'nothing',
    };
  }
  const bits = WHOLE_NUMBERS[written];
  if (bits === undefined) return { sqlstate: '22003', blocks: 'reads and writes' };
  const most = 2n ** BigInt(bits);
  return {
    refuses: (value) => `pg_catalog.round(${value}) not between -${most} and ${most - 1n}`,
    sqlstate: '22003',
    blocks: 'reads and writes',
  };
}
