import { constants, deflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { Key } from '../../model/dedupe.ts';
import type { OperationFacts } from '../../model/facts.ts';
import type { LongKeys } from '../../model/long-keys.ts';
import type { Queryable } from '../../model/statement.ts';
import { listLong, MOST_BYTES } from '../../sql/key-widths.ts';

/** Rows that are tried here; of more than these only the build itself can say. */
const MOST_TRIED = 200;
const MOST_NAMED = 5;
/** Bytes before a value that is not compressed. */
const HEADER_OF_VALUE = 4;

/** What a read of the keys has measured, in bytes of an index row. */
export interface KeyWidths {
  readonly least: number;
  readonly most: number;
  readonly tooLong: number;
}

const rowSchema = z.object({
  name: z.array(z.string()),
  least: z.coerce.number(),
  most: z.coerce.number(),
  bytes: z.array(z.string().nullable()),
  counted: z.array(z.coerce.number()),
  method: z.string(),
});

/** Names the rows whose key an index would refuse; undefined where all of them fit. */
export async function findLongKeys(
  db: Queryable,
  key: Key,
  { table, parts }: OperationFacts,
  { most, tooLong }: KeyWidths,
): Promise<LongKeys | undefined> {
  if (most <= MOST_BYTES) return undefined;
  const rows = (await db.query(listLong(key, parts, table.primaryKey, MOST_TRIED))).map((row) => rowSchema.parse(row));
  const judged = rows.map((row) => ({ ...row, least: row.least + gainOf(row) }));
  const long = judged.filter(({ least }) => least > MOST_BYTES);
  const open = judged.filter(({ least }) => least <= MOST_BYTES);
  return {
    rows: Math.max(tooLong, long.length),
    largest: Math.max(0, ...long.map((row) => row.most)),
    most: MOST_BYTES,
    named: {
      columns: table.primaryKey.length > 0 ? table.primaryKey : ['ctid'],
      rows: long.slice(0, MOST_NAMED).map(({ name }) => name),
    },
    untried: Math.max(rows.length === MOST_TRIED ? most : 0, ...open.map((row) => row.most)),
  };
}

/** How much longer the index row is at the least than was counted without a try. */
function gainOf({ bytes, counted, method }: z.infer<typeof rowSchema>): number {
  const gains = bytes.map((value, place) =>
    value === null ? 0 : Math.max(0, estimate(Buffer.from(value, 'base64'), method) - (counted[place] ?? 0)),
  );
  return gains.reduce((sum, each) => sum + each, 0);
}

/**
 * A lower bound of what PostgreSQL compresses a value to. Deflate without entropy coding finds what pglz and lz4 find, and
 * more; a fifth less leaves room for what they write shorter. pglz leaves a value as it is if it saves less than a quarter.
 */
function estimate(raw: Buffer, method: string): number {
  const squeezed = deflateRawSync(raw, { level: 9, memLevel: 9, strategy: constants.Z_FIXED }).length * 0.8;
  return method === 'pglz' && squeezed > raw.length * 0.75 ? raw.length + HEADER_OF_VALUE : Math.floor(squeezed);
}
