import type postgres from 'postgres';
import type { Queryable } from '../../src/model/statement.ts';
import { placeOwn } from '../../src/sql/own-schema.ts';

/** A test's own client, as what reads in `src` takes it. */
export function asQueryable(sql: postgres.Sql): Queryable {
  return {
    query: async (statement) => {
      const { text, values } = placeOwn(statement, 'msgdb');
      return sql.unsafe(text, [...values]);
    },
  };
}
