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
  const judged = rows.map((row) => ({ ...row, least: Math.max(row.least, estimate(row.bytes)) }));
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

/**
 * A lower bound of what PostgreSQL compresses values to. Deflate without entropy coding finds what pglz and lz4 find, and
 * more; a fifth less leaves room for what they write shorter.
 */
function estimate(values: readonly (string | null)[]): number {
  const bytes = values.map((value) => {
    if (value === null) return 0;
    const raw = Buffer.from(value, 'base64');
    return deflateRawSync(raw, { level: 9, memLevel: 9, strategy: constants.Z_FIXED }).length;
  });
  return Math.floor(bytes.reduce((sum, each) => sum + each, 0) * 0.8);
}
