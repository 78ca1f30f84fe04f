import type { TimeColumn } from '../../model/why.ts';
import { quoteName } from '../quote.ts';

/** Numbers between these are seconds, milliseconds or microseconds since 1970: the years 1973 to 2286. */
const EPOCHS = [
  { from: '1e8', to: '1e10', per: '1.0' },
  { from: '1e11', to: '1e13', per: '1e3' },
  { from: '1e14', to: '1e16', per: '1e6' },
] as const;

/**
 * A time column as timestamptz; NULL where it holds infinity, an absurd year, or a number that is no time. One
 * without a time zone is taken for UTC: between copies of one table the distance is the same.
 */
export function momentSql({ column, form }: Pick<TimeColumn, 'column' | 'form'>): string {
  const name = quoteName(column);
  if (form === 'epoch') {
    const cases = EPOCHS.map(
      ({ from, to, per }) =>
        `when ${name} between ${from} and ${to} then pg_catalog.to_timestamp((${name} / ${per})::double precision)`,
    );
    return `case ${cases.join(' ')} end`;
  }
  const moment = {
    timestamptz: name,
    timestamp: `${name} at time zone 'UTC'`,
    date: `${name}::timestamp at time zone 'UTC'`,
  }[form];
  return `case when ${name} between '0001-01-02' and '9999-12-30' then ${moment} end`;
}
