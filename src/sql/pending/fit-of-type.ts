import type { TypeFit } from '../../model/type-fit.ts';

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
export function fitOf(type: string): TypeFit {
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
