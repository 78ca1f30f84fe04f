import { beforeEach, expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { status } from '../../../src/commands/status/status.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import {
  ALL,
  apply,
  CHAT,
  contents,
  definitions,
  empty,
  load,
  META,
  physical,
  SESSION,
  undo,
  untrue,
  WABA,
} from './incidents.ts';

const db = useDatabase();
const NAMES = ALL.map(({ migration }) => migration);

beforeEach(async () => {
  await empty(db.sql);
  await load(db.sql, ALL);
});

test('all five in one database are repaired in order, and the second run does nothing', async () => {
  const context = await makeContext(db);
  const wrong = await untrue(db.sql, ALL);
  for (const { name } of ALL) expect(wrong).toContainEqual(expect.stringContaining(`${name}: `));

  const report = await apply(context);
  expect(report.applied.map(({ name }) => name)).toEqual(NAMES);
  expect(report.pending).toEqual([]);
  expect(await untrue(db.sql, ALL)).toEqual([]);

  const before = await physical(db.sql);
  expect(await apply(context)).toMatchObject({ applied: [], runId: null });
  expect(await physical(db.sql)).toEqual(before);
});

test('all five are undone in one go, and done again', async () => {
  const context = await makeContext(db);
  const rows = await contents(db.sql, ALL);
  const defined = await definitions(db.sql);
  await apply(context);

  const report = await undo(context, { step: 5 });
  expect(report.rolledBack.map(({ name }) => name)).toEqual(NAMES.toReversed());
  expect(await contents(db.sql, ALL)).toEqual(rows);
  expect(await definitions(db.sql)).toEqual(defined);
  expect(await states(context)).toEqual(NAMES.map(() => 'rolled back'));

  await apply(context);
  expect(await untrue(db.sql, ALL)).toEqual([]);
});

test('undone step by step, to a name and once more than there is, nothing is undone twice', async () => {
  const context = await makeContext(db);
  const rows = await contents(db.sql, ALL);
  await apply(context);

  expect((await undo(context)).rolledBack.map(({ name }) => name)).toEqual([META.migration]);
  expect((await undo(context)).rolledBack.map(({ name }) => name)).toEqual([SESSION.migration]);
  expect((await undo(context, { to: '0001' })).rolledBack.map(({ name }) => name)).toEqual([
    '0003-conversations',
    CHAT.migration,
  ]);
  expect(await untrue(db.sql, [WABA])).toEqual([]);
  expect(await states(context)).toEqual(['done', 'rolled back', 'rolled back', 'rolled back', 'rolled back']);
  expect((await undo(context, { step: 9 })).rolledBack.map(({ name }) => name)).toEqual([WABA.migration]);
  expect(await contents(db.sql, ALL)).toEqual(rows);

  const before = await physical(db.sql);
  expect(await rollback(context, { dryRun: false, step: 5 })).toMatchObject({ verdict: 'ok', rolledBack: [] });
  expect(await physical(db.sql)).toEqual(before);
});

test('an interrupted run says what it had done, ends with 130, and the next one does the rest', async () => {
  const abort = new AbortController();
  const emit: Context['emit'] = (event) => {
    if (event.kind === 'section' && event.title === '0003-conversations') abort.abort();
  };
  const context = await makeContext(db, { emit, signal: abort.signal });
  const report = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  expect(report).toMatchObject({ exitCode: 130, findings: [{ code: 'MSGDB_INTERRUPTED' }] });
  expect(report.applied.map(({ name }) => name)).toEqual([WABA.migration, CHAT.migration]);

  expect((await apply(await makeContext(db))).applied.map(({ name }) => name)).toEqual(NAMES.slice(2));
  expect(await untrue(db.sql, ALL)).toEqual([]);
});

async function states(context: Context): Promise<readonly string[]> {
  return (await status(context, { exitCode: false })).migrations.map(({ state }) => state);
}
