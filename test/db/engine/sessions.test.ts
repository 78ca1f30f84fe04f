import { beforeAll, expect, test } from 'vitest';
import { withRun, withWorkplace } from '../../../src/engine/run/with-run.ts';
import { statement } from '../../../src/model/statement.ts';
import type { Session } from '../../../src/session/open-session.ts';
import { inLane } from '../../../src/session/workplace.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { asRun } from '../online/run.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql.unsafe(`create schema other; alter database ${db.name} set statement_timeout = '7s'`);
});

async function settingsOf(session: Session): Promise<readonly unknown[]> {
  const names = ['application_name', 'search_path', 'statement_timeout'];
  const rows = await Promise.all(names.map(async (name) => session.query(statement(`show ${name}`))));
  return rows.map(([row]) => Object.values(row ?? {})[0]);
}

test("another session of a run has the run's settings, and the command's name with its purpose", async () => {
  await asRun(db, { settings: { schema: 'other' } }, async (run) => {
    const [, ...own] = await settingsOf(run.session);
    const job = await run.openSession('job 2');
    try {
      expect(await settingsOf(job)).toEqual(['msgdb: test (job 2)', ...own]);
      expect(own).toEqual([expect.stringMatching(/\bother\b/), '0']);
    } finally {
      await job.close();
    }
  });
});

test('a run that goes on over another session makes its record there, and ends it over whichever is left', async () => {
  const { database, ...context } = await makeContext(db);
  if (database.kind !== 'url') throw new Error('a test names its database by URL');
  const id = await withRun({ ...context, target: database.target, command: 'test' }, async (run) => {
    const session = await run.openSession('another');
    const other = inLane(run, { session, signal: run.signal });
    await db.sql`select pg_terminate_backend(${run.session.pid})`;
    await other.record.open(other);
    await session.close();
    return run.id;
  });
  expect(await db.sql`select finished_at is not null as ended from msgdb.runs where id = ${id}`).toEqual([
    { ended: true },
  ]);
});

test('without a run it has those of the database: behind a pooler the connection is another client’s next', async () => {
  const { database, ...context } = await makeContext(db, { settings: { schema: 'other' } });
  if (database.kind !== 'url') throw new Error('a test names its database by URL');
  await withWorkplace({ ...context, target: database.target, command: 'look' }, async (workplace) => {
    const another = await workplace.openSession('second');
    try {
      const [name, path, timeout] = await settingsOf(another);
      expect([name, timeout]).toEqual(['msgdb: look (second)', '7s']);
      expect(path).not.toMatch(/\bother\b/);
    } finally {
      await another.close();
    }
  });
});

test('an interruption cancels what it does, unless it was given a signal of its own', async () => {
  const stop = new AbortController();
  await asRun(db, { signal: stop.signal }, async (run) => {
    const [cancelled, kept] = [
      await run.openSession('one'),
      await run.openSession('two', new AbortController().signal),
    ];
    try {
      const both = Promise.allSettled(
        [cancelled, kept].map(async (each) => each.query(statement('select pg_sleep(0.5)'))),
      );
      stop.abort();
      expect((await both).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    } finally {
      await Promise.all([cancelled.close(), kept.close()]);
    }
  });
});
