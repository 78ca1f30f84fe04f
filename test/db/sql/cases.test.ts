import type postgres from 'postgres';
import { beforeAll, describe, expect, test } from 'vitest';
import { inlineValues } from '../../../src/sql/inline-values.ts';
import { placeName } from '../../../src/sql/own-schema.ts';
import { HISTORY, TABLES } from '../../cases/sql/fixture.ts';
import { SQL_CASES } from '../../cases/sql/index.ts';
import { byFile, nameOf, type Sent, type SqlCase, statementOf } from '../../cases/sql/sql-case.ts';
import { useDatabase } from '../../support/database.ts';

const db = useDatabase();

beforeAll(async () => makeTables(db.sql));

async function makeTables(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(
    'reset all; reset role; drop schema if exists msgdb cascade; drop schema public cascade; create schema public',
  );
  await sql.unsafe(TABLES);
  for (const each of HISTORY) await send(sql, each);
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** The rows of a statement; of several in one text, those of the last that can have some. */
async function send(sql: postgres.Sql, sent: Sent | string): Promise<Rows> {
  if (typeof sent === 'string') return rowsOf(await sql.unsafe(placeName(sent, 'msgdb')));
  const { text, values } = statementOf(sent);
  const oid = values.some((value) => String(value).includes('$t'))
    ? await sql`select 't'::regclass::oid::text as oid`
    : [];
  const bound = values.map((value) => (typeof value === 'string' ? value.replaceAll('$t', oid[0]?.oid) : value));
  const rows = rowsOf(await sql.unsafe(text, bound));
  if ('role' in sent && sent.role === 'assert-none') expect(rows).toEqual([{ rows: '0' }]);
  return rows;
}

function rowsOf(result: unknown): Rows {
  const results = result as readonly unknown[];
  const last = Array.isArray(results[0]) ? results.findLast((each) => Array.isArray(each) && each.length > 0) : results;
  return [...((last ?? []) as Rows)].map((row) => ({ ...row }));
}

async function play(sql: postgres.Sql, { sends, after = [], gives, leaves, written }: SqlCase): Promise<void> {
  for (const each of after) await send(sql, each);
  let rows: Rows = [];
  for (const each of Array.isArray(sends) ? sends : [sends]) {
    rows = await send(sql, written ? inlineValues(statementOf(each)) : each);
  }
  if (gives) expect(rows).toEqual(gives);
  if (!leaves) return;
  const left = (await sql.unsafe(placeName(leaves[0], 'msgdb')).values()) as readonly (readonly unknown[])[];
  const texts = left.map((row) => [...row].map((value) => (value === null ? null : String(value))));
  expect(texts).toEqual(leaves[1]);
}

describe.each(byFile(SQL_CASES))('%s', (_, cases) => {
  test.each(cases.map((each) => ({ ...each, name: nameOf(each) })))('$name', async (each) => {
    const { sql } = db;
    if (!each.alone) await sql.unsafe('begin');
    try {
      await play(sql, each);
    } finally {
      await sql.unsafe('rollback');
      if (each.alone) await makeTables(sql);
    }
  });
});
