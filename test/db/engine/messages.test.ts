import { beforeEach, expect, test } from 'vitest';
import { archiveShow } from '../../../src/commands/archive/archive-show.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase } from './project.ts';

const db = useDatabase();
const RULE: UniqueKeyOptions = { table: 't', key: ['k'], limit: { share: 1 } };
const options = { dryRun: false, yes: true, samples: 0 };

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(
    `create table t (id int primary key, k text, n int); insert into t values (1, 'a', 1), (2, 'a', 2)`,
  );
});

test('one row is one row', async () => {
  const report = await findDuplicates(await makeContext(db), { rule: uniqueKey(RULE), samples: 0 });
  expect(report.findings[0]?.message).toBe('t: 1 excess row in 1 group by k.');
});

test('a run that leaves every group alone does not speak of what would be', async () => {
  const report = await dedupe(await makeContext(db), { ...options, rule: uniqueKey({ ...RULE, onDiffer: 'stop' }) });
  expect(report.summary).toBe('0 rows removed, 1 group left alone; nothing was changed');
});

test('rows of the archive that are not shown are told', async () => {
  await db.sql`insert into t values (3, 'a', 3)`;
  const context = await makeContext(db);
  const { runId } = await dedupe(context, { ...options, rule: uniqueKey(RULE) });
  const shown = async (limit: number) => (await archiveShow(context, { runId: runId ?? '', limit })).summary;
  expect(await shown(1)).toBe('1 archived row shown, and there are more: --rows N shows them');
  expect(await shown(2)).toBe('2 archived rows shown');
  await expect(archiveShow(context, { runId: 'nope', limit: 1 })).rejects.toMatchObject({
    message: 'The archive has no rows of a run nope.',
    why: 'There is no such run, or it archived no rows, or they were purged.',
  });
});

test('without a migrations folder, a rule by flags is offered', async () => {
  const context = await makeContext(db, { migrationsDir: '/nowhere' });
  const looking = findDuplicates(context, { samples: 0 });
  await expect(looking).rejects.toMatchObject({
    why: 'It does not exist.',
    fix: expect.stringContaining('--table and --key'),
  });
});
