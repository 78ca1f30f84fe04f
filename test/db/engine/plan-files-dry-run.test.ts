import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { applyPlan } from '../../../src/commands/dedupe/apply-plan.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { DedupeReport } from '../../../src/model/report.ts';
import { renderReport } from '../../../src/report/render.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { FOUR_GROUPS, RULE, writePlan } from './plan-file.ts';
import { cleanDatabase } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

test('a dry run leaves out the groups that the run leaves out, and counts the rows of the others', async () => {
  await db.sql.unsafe(`create table t (id int primary key, k text, n int);
    insert into t select i, 'k' || i % 40, 0 from generate_series(1, 60) i`);
  const { file } = await writePlan(db, RULE);
  await db.sql.unsafe(`insert into t values (100, 'k5', 0), (-1, 'k7', 0); delete from t where id = 43`);
  const context = await makeContext(db);
  const look = await applyPlan(context, { file, dryRun: true, yes: false });
  const text = renderReport(look, 'human', { width: 200, colour: false, unicode: true, verbose: false, redact: false });
  expect(look.summary).toBe(
    '17 of the 20 rows that the plan lists would be removed; 3 rows in 3 groups would be left out; nothing was changed',
  );
  expect(look.plan.flatMap(({ steps }) => steps.map(({ title }) => title)).join()).toContain(
    '17 excess rows in 17 groups',
  );
  expect(look.next).toBeUndefined();
  expect(text).toContain('a plan file');
  expect(text).not.toContain('asked for with');
  const done = await applyPlan(context, { file, dryRun: false, yes: true });
  expect(done.targets[0]?.deleted).toBe(17);
  const groupsOf = ({ findings }: DedupeReport) => findings.map(({ data }) => data);
  expect(groupsOf(look)).toEqual(groupsOf(done));
  const rest = await applyPlan(context, { file, dryRun: true, yes: false });
  expect(rest.summary).toBe(
    `0 of the 20 rows that the plan lists would be removed; 17 rows had been removed by ${runOf(done)}; 2 rows in 2 groups would be left out; 1 row is not there any more; nothing was changed`,
  );
});

test('a dry run of a plan for a table without a primary key, under another time zone and with rows written again, agrees with the run', async () => {
  await db.sql.unsafe(`create table t (k timestamptz, n int);
    insert into t select '2024-01-01 00:00Z'::timestamptz + (i % 4) * interval '1 day', i from generate_series(1, 8) i`);
  const { file } = await writePlan(db, { ...RULE, keep: ['n'] });
  const before = await makeContext(db);
  expect((await applyPlan(before, { file, dryRun: true, yes: false })).findings).toEqual([]);
  await db.sql.unsafe(`alter database ${db.name} set timezone = 'Asia/Tokyo'; update t set n = 20 where n = 1;
    insert into t select k, 0 from t where n = 2`);
  const look = await applyPlan(await makeContext(db), { file, dryRun: true, yes: false });
  const done = await applyPlan(await makeContext(db), { file, dryRun: false, yes: true });
  expect(look.findings.map(({ data }) => data)).toEqual(done.findings.map(({ data }) => data));
  expect(done.targets[0]?.deleted).toBe(2);
  await db.sql.unsafe(`alter database ${db.name} reset timezone`);
});

test('--plan-out keeps a file that is there: the same plan is not written again, another one is refused', async () => {
  await db.sql.unsafe(FOUR_GROUPS);
  const { file } = await writePlan(db, RULE);
  const first = await readFile(file, 'utf8');
  const context = await makeContext(db);
  const options = { rule: uniqueKey(RULE), dryRun: true, yes: false, samples: 0, planOut: file };
  expect((await dedupe(context, options)).planFile).toBe(file);
  await db.sql.unsafe('delete from t where id = 2');
  const refused = { code: 'MSGDB_USAGE', fix: 'Give another name with --plan-out, or delete the file.' };
  await expect(dedupe(context, options)).rejects.toMatchObject(refused);
  expect(await readFile(file, 'utf8')).toBe(first);
  await writeFile(file, 'notes');
  await expect(dedupe(context, options)).rejects.toMatchObject(refused);
  expect(await readFile(file, 'utf8')).toBe('notes');
  expect(await readdir(dirname(file))).toEqual([basename(file)]);
});

test.each<[name: string, table: string, change: string, told: readonly string[]]>([
  ['nothing has changed', FOUR_GROUPS, 'select 1', []],
  [
    'all rows are gone',
    FOUR_GROUPS,
    'delete from t',
    [
      't: 4 of 4 groups would be left out, with 4 of the 4 rows to remove: rows are no longer there (groups 1, 2, 3, 4).',
    ],
  ],
  [
    'some are gone, some changed',
    FOUR_GROUPS,
    'delete from t where id = 2; update t set n = 5 where id in (5, 6)',
    [
      't: 2 of 4 groups would be left out, with 2 of the 4 rows to remove: contents have changed (group 3); rows are no longer there (group 1).',
    ],
  ],
  [
    'without a primary key',
    `create table t (id int, k text, n int); insert into t values (1, 'a', 0), (2, 'a', 0), (3, 'b', 0), (4, 'b', 0)`,
    'delete from t where id = 3',
    [
      't: 1 of 2 groups would be left out, with 1 of the 2 rows to remove: rows were updated or removed; without a primary key msgdb cannot tell which (group 2).',
    ],
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

/** As a summary names it. */
function runOf({ runId }: DedupeReport): string {
  const [, day = '', time = ''] = /^(\d{8})-(\d{4})/.exec(runId ?? '') ?? [];
  const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
  return `run ${runId} on ${date} ${time.slice(0, 2)}:${time.slice(2)} UTC`;
}
