import { expect, test } from 'vitest';
import { readForeignKeys } from '../../../src/catalog/read-foreign-keys.ts';
import { useDatabase } from '../../support/database.ts';
import { asQueryable } from '../../support/queryable.ts';

const db = useDatabase();

test('a table that is asked for twice has its facts once', async () => {
  await db.sql.unsafe('create table a (id int primary key); create table b (a_id int references a)');
  const [row] = await db.sql`select 'a'::regclass::oid::int as oid`;
  const keysOf = await readForeignKeys(asQueryable(db.sql), [row?.oid, row?.oid]);
  expect(keysOf(row?.oid).map(({ name }) => name)).toEqual(['b_a_id_fkey']);
});
