import { beforeAll, expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { withRun, withWorkplace } from '../../../src/engine/run/with-run.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { type Bound, type Row, statement } from '../../../src/model/statement.ts';
import type { Session, Transaction } from '../../../src/session/open-session.ts';
import { withSavepoint } from '../../../src/session/savepoint.ts';
import { inLane, type Workplace } from '../../../src/session/workplace.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { startRelay } from '../../support/relay.ts';
import { asRun } from '../online/run.ts';
import { makeProjectOf } from './project.ts';

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

test('a run that continues over another session makes its record there, and ends it over whichever is left', async () => {
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

test('a session that was closed is gone from the server, however long that takes it', async () => {
  const { database, ...context } = await makeContext(db);
  if (database.kind !== 'url') throw new Error('a test names its database by URL');
  const pid = await withWorkplace({ ...context, target: database.target, command: 'look' }, async ({ session }) => {
    const tables = Array.from({ length: 300 }, (_, place) => `create temp table temp_${place} (a text primary key)`);
    await session.query(statement(`do $$ begin ${tables.join('; ')}; end $$`));
    // What ends it is still on its way when the session is closed.
    await session.transaction({ readOnly: true }, async (tx) => tx.query(statement('select 1')));
    return session.pid;
  });
  expect(await db.sql`select from pg_stat_activity where pid = ${pid}`).toHaveLength(0);
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

test.each<readonly [Bound, string]>([
  ['it\'s \\ "quoted" $1 ünïcode\n', 'text'],
  ['', 'text'],
  [null, 'text'],
  [12_345_678_901, 'bigint'],
  [-0.5, 'numeric'],
  [true, 'boolean'],
  [false, 'boolean'],
  ['{"a": [1, "x"]}', 'jsonb'],
  ['2026-02-03 04:05:06.789012+00', 'timestamptz'],
  ['infinity', 'timestamptz'],
  ['{1,2}', 'int[]'],
])('the value %j arrives as it is, as %s', async (value, type) => {
  await inWorkplace({}, async ({ session }) => {
    const [row] = await session.query(
      statement(`select $1::${type} is not distinct from ${literal(value)}::${type} as same`, [value]),
    );
    expect(row).toEqual({ same: true });
  });
});

function literal(value: Bound): string {
  return value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`;
}

test('what is sent together is answered in order; one that fails fails alone, or fails all that follow in its transaction', async () => {
  await inWorkplace({}, async ({ session }) => {
    const asked = [statement('select $1::int as n', [1]), statement('select 1/0'), statement('select 3 as n')];
    const outcomes = (each: readonly PromiseSettledResult<readonly Row[]>[]) =>
      each.map((one) => (one.status === 'fulfilled' ? one.value[0]?.n : one.reason.data.sqlstate));
    expect(outcomes(await Promise.allSettled(asked.map(session.query)))).toEqual([1, '22012', 3]);
    for (const readOnly of [{ readOnly: true }, {}] as const) {
      const within = session.transaction(readOnly, async (tx) => {
        expect(outcomes(await Promise.allSettled(asked.map(tx.query)))).toEqual([1, '22012', '22012']);
        throw new Error('given up');
      });
      await expect(within).rejects.toThrow('given up');
      expect(await session.query(statement('select 4 as n'))).toEqual([{ n: 4 }]);
    }
  });
});

test('what failed unheard in a transaction is the reason of what fails after it, and of a COMMIT that rolls back', async () => {
  await asRun(db, {}, async ({ session }) => {
    const unheard = async (tx: Transaction): Promise<void> => {
      await tx.query(statement('create table never (id int)'));
      await tx.query(statement('select 1 / 0')).catch(() => undefined);
    };
    const after = session.transaction({ readOnly: true }, async (tx) => {
      await tx.query(statement('select 1 / 0')).catch(() => undefined);
      await tx.query(statement('select 1'));
    });
    await expect(after).rejects.toMatchObject({ data: { sqlstate: '22012' } });
    await expect(session.transaction({}, unheard)).rejects.toMatchObject({ data: { sqlstate: '22012' } });
    expect(await session.query(statement("select to_regclass('never') as found"))).toEqual([{ found: null }]);
  });
});

test('a failure that was undone is not the reason of a later one', async () => {
  await asRun(db, {}, async ({ session }) => {
    const later = session.transaction({}, async (tx) => {
      const divided = withSavepoint(tx, async () => tx.query(statement('select 1 / 0')));
      await expect(divided).rejects.toMatchObject({ data: { sqlstate: '22012' } });
      await tx.query(statement('select * from nowhere'));
    });
    await expect(later).rejects.toMatchObject({ data: { sqlstate: '42P01' } });
  });
});

test('what looks is in its transaction from the first statement on; after the end nothing is sent', async () => {
  await inWorkplace({}, async ({ session }) => {
    const kept: Transaction[] = [];
    const modes = await session.transaction({ readOnly: true, isolation: 'repeatable read' }, async (tx) => {
      kept.push(tx);
      return await tx.query(
        statement(
          `select current_setting('transaction_read_only') as closed, current_setting('transaction_isolation') as level`,
        ),
      );
    });
    expect(modes).toEqual([{ closed: 'on', level: 'repeatable read' }]);
    await expect(kept[0]?.query(statement('select 1'))).rejects.toThrow('after the end of its transaction');
    const refused = session.transaction({ readOnly: true }, async (tx) =>
      tx.query(statement('create table other.t ()')),
    );
    await expect(refused).rejects.toMatchObject({ data: { sqlstate: '25006' } });
  });
});

test('an interruption reaches the statement that is running behind others that were done', async () => {
  const abort = new AbortController();
  await inWorkplace({ signal: abort.signal }, async ({ session }) => {
    const started = Date.now();
    const sleeping = session.transaction({ readOnly: true }, async (tx) => {
      setTimeout(() => abort.abort(), 50);
      const [, rows] = await Promise.all([
        tx.query(statement('select pg_sleep(0.2)')),
        tx.query(statement('select pg_sleep(20)')),
      ]);
      return rows;
    });
    await expect(sleeping).rejects.toMatchObject({ code: 'MSGDB_INTERRUPTED' });
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});

const ONE_RULE = uniqueKey({ table: 'k', key: ['b'], index: 'k_b' });

// Each is a few above what there are now: five statements that a command sends one after the other would show.
test.each([
  ['find-duplicates', 18, async (context: Context) => findDuplicates(context, { rule: ONE_RULE, samples: 1 })],
  ['verify', 18, async (context: Context) => verify(context, { rule: ONE_RULE })],
  [
    'dedupe --dry-run',
    23,
    async (context: Context) => dedupe(context, { rule: ONE_RULE, dryRun: true, yes: false, samples: 0 }),
  ],
])('%s of a small table takes at most %i journeys to the server, connecting included', async (_command, most, run) => {
  await db.sql.unsafe(
    `create table if not exists k (a int primary key, b int); create unique index if not exists k_b on k (b)`,
  );
  const context = await makeContext(db);
  if (context.database.kind !== 'url') throw new Error('a test names its database by URL');
  const relay = await startRelay(context.database.target);
  const report = await run({ ...context, database: { kind: 'url', target: relay.target } });
  expect(report.verdict).toBe('ok');
  expect(relay.journeys()).toBeLessThanOrEqual(most);
});

// Connecting three times, the lock, the schema msgdb and the archive included: 95 and 113; 150 when each statement waited for the one before it.
test.each([
  ['locked', 115],
  ['online', 140],
] as const)('migrate of a small rule, %s, takes at most %i journeys to the server', async (strategy, most) => {
  await db.sql.unsafe(
    `drop schema if exists msgdb cascade; drop table if exists m;
     create table m (a int primary key, b int); insert into m select n, n % 90 from generate_series(1, 100) n`,
  );
  const rule = uniqueKey({ table: 'm', key: ['b'], index: 'm_b', limit: { share: 1 } });
  const { context } = await makeProjectOf(db, [rule], { settings: { strategy } });
  if (context.database.kind !== 'url') throw new Error('a test names its database by URL');
  const relay = await startRelay(context.database.target);
  const through = { ...context, database: { kind: 'url', target: relay.target } } as const;
  const { verdict, applied } = await migrate(through, { dryRun: false, allowOutOfOrder: false });
  expect([verdict, applied.length]).toEqual(['ok', 1]);
  expect(relay.journeys()).toBeLessThanOrEqual(most);
});

async function inWorkplace<Result>(
  overrides: ContextOverrides,
  work: (workplace: Workplace) => Promise<Result>,
): Promise<Result> {
  const { database, ...context } = await makeContext(db, overrides);
  if (database.kind !== 'url') throw new Error('a test names its database by URL');
  return await withWorkplace({ ...context, target: database.target, command: 'look' }, work);
}
