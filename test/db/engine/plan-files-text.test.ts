import { beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { apply, RULE, writePlan } from './plan-file.ts';
import { cleanDatabase, column } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

test.each(['2028', '2029', '0085', '000d'])('keys with what others take for the end of a line: U+%s', async (name) => {
  const separator = String.fromCharCode(Number.parseInt(name, 16));
  await db.sql`create table t (id text primary key, k text)`;
  for (const id of ['1', '2', '3']) await db.sql`insert into t values (${`${id}${separator}x`}, ${'a'})`;
  const { file } = await writePlan(db, RULE);
  const report = await apply(db, file);
  expect(report.findings).toEqual([]);
  expect(await column(db.sql, 'select count(*)::text from t')).toEqual(['1']);
});

test("a role's client_encoding does not make its rows look changed", async () => {
  await db.sql`create table t (id int primary key, k text)`;
  await db.sql`insert into t values (1, 'é'), (2, 'é')`;
  const { file } = await writePlan(db, RULE);
  await db.sql.unsafe(`alter database ${db.name} set client_encoding = 'LATIN1'`);
  expect((await apply(db, file)).findings).toEqual([]);
});
