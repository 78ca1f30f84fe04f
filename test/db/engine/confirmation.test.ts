import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { TargetReport } from '../../../src/model/target-report.ts';
import { renderPreview } from '../../../src/report/render.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { plainLook } from '../../unit/report/examples.ts';
import { cleanDatabase } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));
afterEach(() => vi.useRealTimers());

test('who is asked about rows that go is given the samples with the question; a no changes nothing', async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, k text, v text);
    insert into t values (1, 'a', 'x'), (2, 'a', 'y'), (3, 'b', 'z'), (4, 'b', 'z')`);
  const before = await fingerprint(db.sql, { physical: true });
  const asked: { question: string; seen: readonly TargetReport[] }[] = [];
  const context = await makeContext(db, {
    confirm: async (question, seen) => {
      asked.push({ question, seen });
      return false;
    },
  });
  const rule = uniqueKey({ table: 't', key: ['k'] });
  await expect(dedupe(context, { rule, dryRun: false, yes: false, samples: 1 })).rejects.toMatchObject({
    code: 'MSGDB_CONFIRMATION_NEEDED',
    message: 'Nothing was changed: removing 2 rows from t was not confirmed.',
    why: 'The answer was no.',
  });
  expect(asked).toMatchObject([{ question: 'Remove 2 rows from t? They are kept in the archive.' }]);
  const preview = renderPreview(asked[0]?.seen ?? [], plainLook);
  expect(preview).toMatch(/k = a · 2 copies\n.*survivor +copy 2\n.*\n +≠ v +x +y\n +… and 1 more group\n\n$/);
  expect(renderPreview(asked[0]?.seen ?? [], { ...plainLook, redact: true })).toContain('k = ‹1 char›');
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
});

test("the time in which a person thinks about the answer is not the command's", async () => {
  await db.sql.unsafe(`create table t (id int primary key, k text); insert into t values (1, 'a'), (2, 'a')`);
  vi.useFakeTimers({ toFake: ['performance'] });
  const context = await makeContext(db, {
    // Only what passes here is seen by the clock: ten minutes at the question, a second of work.
    confirm: async () => {
      vi.advanceTimersByTime(600_000);
      return true;
    },
    emit: ({ kind }) => vi.advanceTimersByTime(kind === 'step-done' ? 1_000 : 0),
  });
  const rule = uniqueKey({ table: 't', key: ['k'] });
  const removed = await dedupe(context, { rule, dryRun: false, yes: false, samples: 1 });
  expect(removed).toMatchObject({ verdict: 'ok', durationMs: 1_000 });
  const restored = await archiveRestore(context, { runId: removed.runId ?? '', yes: false });
  expect(restored).toMatchObject({ restoredRows: 1, durationMs: 0 });
});
