import { z } from 'zod';
import { type Queryable, type Row, statement } from '../model/statement.ts';

/** SQL: the tables that `readOfEach` asks about, for a FROM list. */
export const ASKED = 'unnest($1::text::oid[]) as asked (oid)';

/** What was found of a table, by its OID; nothing of one that is gone. */
export type ByTable<Found> = (oid: number) => readonly Found[];

const askedSchema = z.object({ asked: z.coerce.number() });

/**
 * Reads the same of many tables, each once however often it is named, with one statement: PostgreSQL plans a query of the catalogue longer than it runs it.
 * @param sql a SELECT from `ASKED` whose rows have `asked.oid::bigint as asked`, in the order wanted within a table
 */
export async function readOfEach<Found>(
  db: Queryable,
  oids: readonly number[],
  sql: string,
  read: (row: Row) => Found,
): Promise<ByTable<Found>> {
  const found = new Map<number, Found[]>(oids.map((oid) => [oid, []]));
  if (found.size > 0) {
    for (const row of await db.query(statement(sql, [`{${[...found.keys()].join()}}`])))
      found.get(askedSchema.parse(row).asked)?.push(read(row));
  }
  return (oid) => found.get(oid) ?? [];
}
