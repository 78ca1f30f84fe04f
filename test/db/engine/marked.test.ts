import { beforeEach, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, makeRule } from './project.ts';

const db = useDatabase();
const RULE = { table: 't', key: ['k'], where: 'live', losers: { set: { live: false } }, limit: { share: 1 } } as const;

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`
    create table t (id int primary key, k text, live boolean default true);
    insert into t values (1, 'a'), (2, 'a'), (3, 'b')`);
});

test('losers that stay are reported as marked, not as removed', async () => {
  const report = await dedupe(await makeContext(db), { rule: uniqueKey(RULE), dryRun: false, yes: true, samples: 0 });
  expect(report).toMatchObject({ summary: '1 row marked', targets: [{ deleted: 0, marked: 1 }] });
  expect(report.next).toContain('msgdb archive restore');
  expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '2', '3']);
});

test('by a migration too', async () => {
  const { applied } = await (await makeRule(db, RULE)).migrate();
  const details = applied.flatMap(({ steps }) => steps.map(({ detail }) => detail)).join('\n');
  expect(details).not.toContain('removed');
});

test('the question before it says what becomes of them', async () => {
  const asked: string[] = [];
  const confirm = async (question: string) => {
    asked.push(question);
    return false;
  };
  const options = { rule: uniqueKey(RULE), dryRun: false, yes: false, samples: 0 };
  await expect(dedupe(await makeContext(db, { confirm }), options)).rejects.toThrow(/marking 1 row of t/);
  expect(asked).toEqual(['Mark 1 row of t? It stays, and its old values are kept in the archive.']);
});
