import type postgres from 'postgres';
import type { Queryable } from '../../src/model/statement.ts';

/** A test's own client, as what reads in `src` takes it. */
export function asQueryable(sql: postgres.Sql): Queryable {
  return { query: async ({ text, values }) => sql.unsafe(text, [...values]) };
}
