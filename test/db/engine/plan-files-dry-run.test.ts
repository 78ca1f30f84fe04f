import { beforeEach, expect, test } from 'vitest';
import { applyPlan } from '../../../src/commands/dedupe/apply-plan.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { FOUR_GROUPS, RULE, writePlan } from './plan-file.ts';
import { cleanDatabase } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

test.each<[name: string, table: string, change: string, told: readonly string[]]>([
  ['nothing has changed', FOUR_GROUPS, 'select 1', []],
  [
    'all rows are gone',
    FOUR_GROUPS,
    'delete from t',
    ['t: 4 groups of 4 would be left out: rows are no longer there (groups 1, 2, 3, 4).'],
  ],
  [
    'some are gone, some changed',
    FOUR_GROUPS,
    'delete from t where id = 2; update t set n = 5 where id in (5, 6)',
    ['t: 2 groups of 4 would be left out: contents have changed (group 3); rows are no longer there (group 1).'],
  ],
  [
    'without a primary key',
    `create table t (id int, k text, n int); insert into t values (1, 'a', 0), (2, 'a', 0), (3, 'b', 0), (4, 'b', 0)`,
    'delete from t where id = 3',
    ['t: 1 group of 2 would be left out: rows are no longer there (group 2).'],
  ],
])('a dry run of a plan looks at its rows: %s', async (_, table, change, told) => {
  await db.sql.unsafe(table);
  const { file } = await writePlan(db, RULE);
  await db.sql.unsafe(change);
  const before = await fingerprint(db.sql, { physical: true });
  const report = await applyPlan(await makeContext(db), { file, dryRun: true, yes: false });
  expect(report.findings.map(({ message }) => message)).toEqual(told);
  expect(report.verdict).toBe(told.length === 0 ? 'ok' : 'findings');
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
});
