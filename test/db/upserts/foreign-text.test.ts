import { beforeEach, expect, test } from 'vitest';
import { probeArbiters } from '../../../src/catalog/probe-arbiter.ts';
import { readTable } from '../../../src/catalog/read-table.ts';
import { useDatabase } from '../../support/database.ts';
import { asRun } from '../online/run.ts';

const db = useDatabase();

beforeEach(async () => {
  await db.sql.unsafe(`drop table if exists gone, t; create table gone (id int);
    create table t (id int primary key, name text unique)`);
});

/** What the probe says of a target, as source code had it. */
async function probe(target: string): Promise<string> {
  return await asRun(db, {}, async ({ session }) => {
    const facts = await readTable(session, { schema: 'public', name: 't' });
    const [verdict] = await probeArbiters(session, [{ facts, target, parameter: false }], 1_000);
    return verdict?.kind ?? 'none';
  });
}

test.each([
  '(name) where true do nothing; commit; drop table gone; --',
  '(name) do nothing; drop table gone; select 1 --',
  "(name) where name <> '\\' or name = ' do nothing; commit; drop table gone; -- '",
  '(name) do update set name = 1 --',
])('a target that is more than a target is not asked for: %s', async (target) => {
  const [{ database } = { database: '' }] = await db.sql<{ database: string }[]>`select current_database() as database`;
  await db.sql.unsafe(`alter database "${database}" set standard_conforming_strings = off`);
  expect(await probe(target)).toBe('failed');
  expect(await db.sql`select to_regclass('gone') is not null as there`).toEqual([{ there: true }]);
});

test('what is one target is', async () => {
  expect(await probe('(name)')).toBe('found');
  expect(await probe("(name) where name <> ''")).toBe('found');
  expect(await probe('(id, name)')).toBe('missing');
});
