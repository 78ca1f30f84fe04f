import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { cleanDatabase } from '../db/engine/project.ts';
import { makeProject, runCli, startCli } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';

const db = useDatabase();

/** Each statement works on a table of its own, so that a lock on it holds that statement up. */
const STATEMENTS: readonly (readonly [table: string, text: string])[] = [
  ['one', 'insert into one values (1)'],
  ['two', 'vacuum two'],
  ['three', 'insert into three select count(*) from one'],
  ['four', 'create unique index concurrently four_n on four (n)'],
  ['five', 'update five set n = n + 1'],
  ['six', 'call six_more()'],
  ['seven', 'insert into seven values (7)'],
];
const SCRIPT = `-- msgdb:no-transaction\n${STATEMENTS.map(([, text]) => text).join(';\n')};\n`;

/** One for each statement that shares a transaction with it, two for each that cannot, and one for the whole. */
const RECORDS = 4 + 3 * 2 + 1;
const GATE = 7_007;

beforeEach(async () => {
  await cleanDatabase(db.sql);
  const tables = STATEMENTS.map(([table]) => `create table ${table} (n int);`).join('\n');
  await db.sql.unsafe(`${tables}
    insert into four values (1), (2); insert into five values (5);
    create procedure six_more() language sql begin atomic insert into six values (6); end`);
});

async function project(): Promise<(args?: readonly string[]) => Promise<Parameters<typeof startCli>>> {
  const cwd = await makeProject({ 'migrations/0001-first.sql': 'select 1;', 'migrations/0002-script.sql': SCRIPT });
  return async (args = []) => [['migrate', ...args, '-u', db.url, '--lock-timeout', '10m'], { cwd }];
}

/** A session of the run that waits for such a lock: it can come no further. */
async function untilWaiting(kind: string): Promise<void> {
  await expect
    .poll(
      async () =>
        (
          await db.sql.unsafe(`
            select from pg_locks l join pg_stat_activity a using (pid)
             where not l.granted and a.datname = current_database() and a.application_name like 'msgdb: migrate%' and ${kind}`)
        ).length,
      { timeout: 120_000 },
    )
    .toBeGreaterThan(0);
}

async function untilGone(): Promise<void> {
  while (
    (await db.sql`select from pg_stat_activity where datname = current_database() and application_name like 'msgdb: %'`)
      .length > 0
  ) {
    await sleep(50);
  }
}

/** The run was at work, and is over; then another completes it, and each statement has been done once. */
async function expectResumed(killed: Awaited<ReturnType<typeof runCli>>, again: Parameters<typeof startCli>) {
  expect([killed.signal, killed.exitCode, killed.stdout]).toEqual(['SIGKILL', null, '']);
  expect(await db.sql`select state from msgdb.migrations where name = '0002-script'`).toEqual([{ state: 'running' }]);
  await untilGone();
  const done = await runCli(...again);
  expect(done.stderr + done.stdout).toMatch(/0002-script/);
  expect(done.exitCode, done.stdout).toBe(0);
  const counts = await db.sql`
    select (select array_agg(n) from one) as one, (select array_agg(n) from three) as three,
           (select array_agg(n) from five) as five, (select array_agg(n) from seven) as seven,
           (select indisvalid from pg_index where indexrelid = 'four_n'::regclass) as built,
           (select count(*)::int from pg_index where indrelid = 'four'::regclass) as indexes,
           (select string_agg(kind, ',') from msgdb.ledger where migration = '0002-script') as records`;
  expect(counts).toEqual([
    { one: [1], three: [1], five: [6], seven: [7], built: true, indexes: 1, records: 'ran-sql' },
  ]);
}

describe('a script without a transaction, killed (SIGKILL) and run again', () => {
  test.each(STATEMENTS.map(([table], place) => [place + 1, table] as const))(
    'between statement %s and the one before it',
    async (_, table) => {
      const command = await project();
      const holding = db.open({ max: 1 });
      await holding.unsafe(`begin; lock table ${table} in share row exclusive mode`);
      const run = await startCli(...(await command()));
      await untilWaiting(`l.relation = '${table}'::regclass`);
      const killed = await run.kill('SIGKILL');
      await holding.unsafe('rollback');
      await expectResumed(killed, await command());
    },
  );

  test.each(Array.from({ length: RECORDS }, (_, place) => place + 1))(
    'between a statement and its record: at record %s',
    async (at) => {
      const command = await project();
      expect((await runCli(...(await command(['--to', '0001'])))).exitCode).toBe(0);
      await db.sql.unsafe(`
        create sequence records; grant all on sequence records to public;
        create function public.wait_here() returns trigger language plpgsql as $$ begin
          if new.migration = '0002-script' and nextval('public.records') = ${at} then
            perform pg_advisory_xact_lock(${GATE});
          end if;
          return new; end $$;
        create trigger wait_here before insert or update on msgdb.ledger
          for each row execute function public.wait_here()`);
      const holding = db.open({ max: 1 });
      await holding.unsafe(`select pg_advisory_lock(${GATE})`);
      const run = await startCli(...(await command()));
      await untilWaiting(`l.locktype = 'advisory' and l.objid = ${GATE}`);
      const killed = await run.kill('SIGKILL');
      await holding.unsafe(`select pg_advisory_unlock(${GATE})`);
      await untilGone();
      await db.sql.unsafe('drop function public.wait_here() cascade; drop sequence records');
      await expectResumed(killed, await command());
    },
  );
});
