import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { waitForOlder } from '../../../src/engine/index-build/wait-for-older.ts';
import { useDatabase } from '../../support/database.ts';
import { asRun } from './run.ts';

const db = useDatabase();

async function openTransaction(begin: string) {
  const session = await db.open().reserve();
  onTestFinished(async () => {
    await session.unsafe('rollback');
    session.release();
  });
  await session.unsafe(begin);
  return session;
}

test('a transaction with an older snapshot is waited for and named; one without, and a younger one, are not', async () => {
  const older = await openTransaction('begin isolation level repeatable read; select count(*) from pg_class');
  await openTransaction('begin; select 1');
  const told: string[] = [];
  await asRun(db, { emit: (event) => event.kind === 'waiting' && told.push(event.message) }, async (run) => {
    let over = false;
    const waiting = waitForOlder(run, 'older than the test').then(() => {
      over = true;
    });
    await openTransaction('begin isolation level repeatable read; select count(*) from pg_class');
    await sleep(1_400);
    expect(over).toBe(false);
    await older.unsafe('commit');
    await waiting;
  });
  expect(told).toEqual([
    expect.stringMatching(/^waiting for transactions older than the test: pid \d+ \(.*, for \d+ s\)$/),
  ]);
});

test('--index-timeout bounds the wait', async () => {
  await openTransaction('begin isolation level repeatable read; select count(*) from pg_class');
  await asRun(db, { settings: { indexTimeoutMs: 300 } }, async (run) => {
    await expect(waitForOlder(run, 'older than the test')).rejects.toMatchObject({
      code: 'MSGDB_LOCK_TIMEOUT',
      message: expect.stringContaining('were still open after --index-timeout: pid'),
    });
  });
});
