import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  assertRules,
  createMsgdb,
  expectUpsert,
  type Msgdb,
  type MsgdbError,
  type PreflightReport,
  type RunEvent,
  uniqueKey,
} from '../../../src/index.ts';
import { runCli } from '../../support/cli.ts';
import { useDatabase } from '../../support/database.ts';

const database = useDatabase();
const rule = uniqueKey({ table: 'messages', key: ['wa_id'], keep: ['id asc'] });

let folder: string;
let db: Msgdb;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msgdb-library-'));
  await mkdir(join(folder, 'migrations'));
  await writeFile(
    join(folder, 'migrations', '0001-messages.mjs'),
    `export default { summary: 'one row a message', up: [${JSON.stringify(rule)}] };\n`,
  );
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  await database.sql.unsafe(`
    drop schema if exists msgdb cascade;
    drop table if exists messages;
    create table messages (id int primary key, wa_id text not null, body text);
    insert into messages select n, 'wa' || n % 4, 'text' from generate_series(1, 10) n`);
  db = createMsgdb({ url: database.url, migrationsDir: join(folder, 'migrations') });
});

afterEach(() => db.close());

async function countMessages(): Promise<number> {
  const [row] = await database.sql`select count(*)::int as count from messages`;
  return row?.count;
}

async function errorOf(work: PromiseLike<unknown>): Promise<MsgdbError> {
  return await work.then(
    () => {
      throw new Error('it was not rejected');
    },
    (error: MsgdbError) => error,
  );
}

/** What differs from run to run. */
function timeless(report: object): unknown {
  return JSON.parse(
    JSON.stringify(report, (name, value) => (/^(durationMs|startMs|runId)$/.test(name) && value !== null ? 0 : value)),
  );
}

describe('each call gives the report that the command prints as JSON', () => {
  async function printed(...args: readonly string[]): Promise<unknown> {
    const { stdout } = await runCli([
      ...args,
      '-u',
      database.url,
      '-d',
      join(folder, 'migrations'),
      '--format',
      'json',
    ]);
    return timeless(JSON.parse(stdout));
  }

  test('of looking', async () => {
    expect(timeless(await db.findDuplicates())).toEqual(await printed('find-duplicates'));
    expect(timeless(await db.verify())).toEqual(await printed('verify'));
    expect(timeless(await db.dedupe({ dryRun: true }))).toEqual(await printed('dedupe', '--dry-run'));
    expect(timeless(await db.migrate({ dryRun: true }))).toEqual(await printed('migrate', '--dry-run'));
    const report = await db.preflight({ sql: 'create unique index messages_wa on messages (wa_id)' });
    expect(report).toMatchObject({ formatVersion: 1, command: 'preflight', targets: [{ excessRows: 6 }] });
  });

  test('of migrate and rollback', async () => {
    const migrated = await db.migrate();
    const undone = await db.rollback();
    expect([migrated.verdict, undone.restoredRows]).toEqual(['ok', 6]);
    await database.sql`drop schema msgdb cascade`;
    expect(timeless(migrated)).toEqual(await printed('migrate'));
    expect(timeless(undone)).toEqual(await printed('rollback'));
  });

  test('of dedupe', async () => {
    const report = await db.dedupe({ rule });
    expect(report).toMatchObject({ formatVersion: 1, verdict: 'ok', targets: [{ deleted: 6, archived: 6 }] });
    await database.sql`insert into messages select n, 'wa' || n % 4, 'text' from generate_series(5, 10) n`;
    const flags = ['--table', 'messages', '--key', 'wa_id', '--keep', 'id asc', '--yes'];
    expect(timeless({ ...report, next: 0 })).toEqual({ ...((await printed('dedupe', ...flags)) as object), next: 0 });
  });
});

describe('preflight that repairs', () => {
  const sql = 'create unique index messages_wa on messages (wa_id)';
  const insert = () => database.sql`insert into messages values (20, 'wa1')`;

  test('shows with dryRun what would go, and changes nothing', async () => {
    const { verdict, repair } = await db.preflight({ sql, repair: true, dryRun: true, keepFence: '30m' });
    expect([verdict, repair?.dryRun, repair?.targets[0]?.excessRows, repair?.fences[0]?.state]).toEqual([
      'findings',
      true,
      6,
      'planned',
    ]);
    expect(await countMessages()).toBe(10);
    await insert();
  });

  test('makes the rows fit by the rules that it is given, so that the deploy goes through', async () => {
    const ruled = createMsgdb({ url: database.url, rules: { 'messages(wa_id)': { keep: ['id desc'] } } });
    const { verdict, statements, repair } = await ruled.preflight({ sql, repair: true });
    expect([verdict, statements[0]?.status, repair?.targets[0]?.deleted, repair?.fences]).toEqual(['ok', 'ok', 6, []]);
    expect(await database.sql`select id from messages order by id`).toEqual([7, 8, 9, 10].map((id) => ({ id })));
    await database.sql.unsafe(sql);
  });

  test('keeps new copies out until the fence is dropped, here or by the deploy that builds the index', async () => {
    const { repair } = await db.preflight({ sql, repair: true, keepFence: '30m' });
    expect(repair?.fences).toMatchObject([{ table: 'messages', key: '(wa_id)', index: 'messages_wa', state: 'up' }]);
    await expect(insert()).rejects.toMatchObject({ code: '23505', constraint_name: 'messages_wa' });
    expect((await db.dropFences({ table: 'messages' })).fences).toMatchObject([
      { table: 'messages', state: 'standing' },
    ]);
    expect((await db.dropFences()).fences).toEqual([]);
    await insert();
    await db.preflight({ sql, repair: true, keepFence: '30m' });
    await database.sql.unsafe(sql);
    expect((await db.preflight({ sql: 'select 1', repair: true })).verdict).toBe('ok');
    expect(await database.sql`select from pg_trigger where not tgisinternal`).toHaveLength(0);
  });

  test('lets copies in when the time of the fence is over', async () => {
    const { repair } = await db.preflight({ sql, repair: true, keepFence: '1s' });
    expect(repair?.fences).toMatchObject([{ state: 'up' }]);
    await database.sql`select pg_sleep(1.1)`;
    await insert();
  });

  test('is rejected where the deploy would still fail: on what has no repair, and on the name that it has built itself', async () => {
    const check = 'alter table messages add check (id > 1)';
    const error = await errorOf(db.preflight({ sql: `${sql}; ${check}`, repair: true, build: true }));
    expect(error.report).toMatchObject({ repair: { targets: [{ deleted: 6 }], builds: [{ state: 'built' }] } });
    const { findings } = error.report as PreflightReport;
    expect(findings.map(({ code }) => code).toSorted()).toEqual(['MSGDB_NAME_TAKEN', 'MSGDB_ROWS_VIOLATE']);
    const there = sql.replace('index', 'index if not exists');
    expect((await db.preflight({ sql: there, repair: true, build: true })).verdict).toBe('ok');
    await expect(insert()).rejects.toMatchObject({ code: '23505' });
  });

  test('is not begun where its options make no sense, and says so in the words of the library', async () => {
    expect(await errorOf(db.preflight({ sql, build: true }))).toMatchObject({
      code: 'MSGDB_USAGE',
      fix: 'Add repair: true, or leave build out.',
    });
    expect(await errorOf(db.preflight({ sql, dryRun: true }))).toMatchObject({ code: 'MSGDB_USAGE' });
    expect(await errorOf(db.preflight({ sql, repair: true, keepFence: '30' }))).toMatchObject({ code: 'MSGDB_USAGE' });
    expect((await errorOf(db.preflight({ sql, repair: true, keepFence: '2d' }))).fix).not.toContain('--');
    expect((await errorOf(db.preflight({ sql, repair: true, keepFence: '25h' }))).fix).toContain('build: true');
    expect(await countMessages()).toBe(10);
  });
});

describe('a call that changes something', () => {
  test('is rejected with its report where not all of it is done', async () => {
    const error = await errorOf(createMsgdb({ url: database.url, limit: 2 }).dedupe({ rule }));
    expect(error.code).toBe('MSGDB_BLAST_RADIUS');
    expect(error.report).toMatchObject({ command: 'dedupe', verdict: 'findings' });
    expect(Object.keys(error)).not.toContain('report');
    expect(await countMessages()).toBe(10);
  });

  test('is not taken for another because an option is misspelt', async () => {
    const error = await errorOf(db.dedupe({ rule, dryrun: true } as object));
    expect(error).toMatchObject({ code: 'MSGDB_USAGE', fix: 'Write "dryRun" instead of "dryrun".' });
    expect(await countMessages()).toBe(10);
  });
});

describe('apply, in a migration of another tool', () => {
  test('does as migrate, leaves no history, and can be called again; revert puts all back', async () => {
    const before = await database.sql`select * from messages order by id`;
    const report = await db.apply(rule);
    expect(report).toMatchObject({
      command: 'migrate',
      verdict: 'ok',
      applied: [{ counts: [{ before: 10, after: 4 }] }],
    });
    expect(await database.sql`select from msgdb.migrations`).toHaveLength(0);
    await expect(database.sql`insert into messages values (20, 'wa1')`).rejects.toMatchObject({ code: '23505' });
    expect((await db.apply(rule)).verdict).toBe('ok');
    // The order of survivors may have been edited since.
    const undone = await db.revert(uniqueKey({ table: 'public.messages', key: ['wa_id'] }));
    expect(undone).toMatchObject({ command: 'rollback', verdict: 'ok', restoredRows: 6 });
    expect(await database.sql`select * from messages order by id`).toEqual(before);
    expect((await db.revert(rule)).restoredRows).toBe(0);
    await database.sql`insert into messages values (20, 'wa1')`;
  });

  test('shows its plan, and changes nothing', async () => {
    const report = await db.apply(rule, { dryRun: true });
    expect(report).toMatchObject({ runId: null, applied: [], plan: [{ table: 'messages' }] });
    expect(await countMessages()).toBe(10);
  });

  test('is rejected where it is refused, so that the other tool does not record it as done', async () => {
    const refused = await errorOf(db.apply(uniqueKey({ table: 'messages', key: ['wa_id'], limit: { losers: 1 } })));
    expect(refused.code).toBe('MSGDB_BLAST_RADIUS');
    const missing = await errorOf(db.apply(uniqueKey({ table: 'nothing', key: ['id'] })));
    expect(missing).toMatchObject({ code: 'MSGDB_TABLE_NOT_FOUND', fix: expect.stringContaining('transaction off') });
    expect(await countMessages()).toBe(10);
  });

  test('says so where the transaction of the other tool holds the table', async () => {
    const impatient = createMsgdb({ url: database.url, lockTimeout: '50ms', lockRetries: 1 });
    await database.sql.begin(async (tx) => {
      await tx`alter table messages add column later int`;
      const error = await errorOf(impatient.apply(rule));
      expect(error).toMatchObject({ code: 'MSGDB_LOCK_TIMEOUT', fix: expect.stringContaining('transaction off') });
    });
  });

  test('keeps tables of the same name in different schemas apart', async () => {
    await database.sql`drop schema if exists tenant cascade`;
    await database.sql.unsafe('create schema tenant; create table tenant.messages as table messages');
    const tenant = createMsgdb({ url: database.url, schema: 'tenant' });
    await tenant.apply(uniqueKey({ table: 'messages', key: ['wa_id'], keep: ['id asc'] }));
    expect((await db.revert(rule)).restoredRows).toBe(0);
    expect((await tenant.revert(rule)).restoredRows).toBe(6);
    await database.sql`drop schema tenant cascade`;
  });
});

describe('events', () => {
  test('come to listeners, with the call they are of, until they are taken off', async () => {
    const heard: string[] = [];
    const listen = (event: RunEvent, { call }: { readonly call: string }) => heard.push(`${call}: ${event.kind}`);
    db.on('event', listen);
    await db.dedupe({ rule });
    expect(heard).toContain('dedupe: step-done');
    heard.length = 0;
    await db.off('event', listen).findDuplicates({ rule });
    expect(heard).toEqual([]);
  });

  test('are iterated over, and end with the call', async () => {
    const running = db.migrate();
    const kinds: string[] = [];
    for await (const { kind } of running) kinds.push(kind);
    expect(kinds).toContain('step-started');
    expect((await running).applied).toHaveLength(1);
  });

  test('end with what the call is rejected with, which is nobody else’s', async () => {
    const running = createMsgdb({ url: database.url, limit: 2 }).dedupe({ rule });
    const follow = async () => {
      // A slow reader: the call has failed meanwhile.
      for await (const _ of running) await new Promise((resolve) => setTimeout(resolve, 100));
    };
    expect((await errorOf(follow())).code).toBe('MSGDB_BLAST_RADIUS');
  });

  test('stop the call where a listener throws, and nothing is left half done', async () => {
    const thrown = new Error('the disk of the log is full');
    db.on('event', (event) => {
      if (event.kind === 'step-started') throw thrown;
    });
    expect(await errorOf(db.dedupe({ rule }))).toBe(thrown);
    expect(await countMessages()).toBe(10);
    const locks = database.sql`
      select from pg_locks l join pg_database d on d.oid = l.database
       where l.locktype = 'advisory' and d.datname = current_database()`;
    expect(await locks).toHaveLength(0);
  });
});

describe('a call ends early', () => {
  test.each(['before', 'while'])('by its signal, %s it is at work', async (when) => {
    const end = new AbortController();
    if (when === 'before') end.abort();
    else db.on('event', () => end.abort(new Error('the request is over')));
    const error = await errorOf(db.migrate({ signal: end.signal }));
    expect(error.code).toBe('MSGDB_INTERRUPTED');
    expect(await countMessages()).toBe(10);
  });

  test('by close, which waits for it; what is called later is refused', async () => {
    await database.sql.begin(async (tx) => {
      await tx`lock table messages`;
      const stopped = errorOf(db.migrate());
      for await (const event of db.verify()) if (event.kind === 'waiting') break;
      await db.close();
      expect((await stopped).code).toBe('MSGDB_INTERRUPTED');
    });
    expect((await errorOf(db.verify())).message).toBe('verify() was called after close().');
  });

  test('by the end of a block with await using', async () => {
    let held: Msgdb | undefined;
    {
      await using within = createMsgdb({ url: database.url });
      held = within;
      expect((await within.findDuplicates({ rule })).targets[0]?.groups).toBe(4);
    }
    expect((await errorOf(held.findDuplicates({ rule }))).code).toBe('MSGDB_USAGE');
  });
});

describe('the process is the caller’s', () => {
  test('nothing is printed, listened to or ended, and neither folder nor environment is read', async () => {
    const before = process.eventNames().map((name) => [name, process.listenerCount(name)]);
    const streams = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockReturnValue(true));
    const exit = vi.spyOn(process, 'exit');
    const cwd = vi.spyOn(process, 'cwd');
    const read: PropertyKey[] = [];
    const env = process.env;
    process.env = new Proxy(env, {
      get: (target, name) => {
        read.push(name);
        return Reflect.get(target, name);
      },
    });
    try {
      await db.verify({ rule });
      await db.apply(rule);
      await errorOf(createMsgdb({ url: 'postgresql://nobody@127.0.0.1:1/none' }).verify({ rule }));
      expect(process.eventNames().map((name) => [name, process.listenerCount(name)])).toEqual(before);
      for (const stream of streams) expect(stream).not.toHaveBeenCalled();
      expect(exit).not.toHaveBeenCalled();
      expect(cwd).not.toHaveBeenCalled();
      // The driver looks at PGAPPNAME, and takes the name that it is given.
      const others = read.filter((name) => /^PG|URL|HOME|^USER/.test(String(name)) && name !== 'PGAPPNAME');
      expect(others).toEqual([]);
    } finally {
      process.env = env;
      vi.restoreAllMocks();
    }
  });

  test('the environment completes the connection where it is given', async () => {
    const named = createMsgdb({ env: { DATABASE_URL: database.url } });
    expect((await named.findDuplicates({ rule })).verdict).toBe('findings');
    expect((await errorOf(createMsgdb().findDuplicates({ rule }))).code).toBe('MSGDB_NO_DATABASE');
  });

  test('relative paths start where the caller says, and nowhere else', async () => {
    const relative = { url: database.url, migrationsDir: 'migrations' };
    expect((await errorOf(createMsgdb(relative).verify())).message).toContain('there is no cwd');
    expect((await errorOf(createMsgdb({ url: database.url }).verify())).message).toContain('no folder of migrations');
    expect((await createMsgdb({ ...relative, cwd: folder }).verify()).checks.length).toBeGreaterThan(0);
    expect((await errorOf(createMsgdb({ ...relative, cwd: 'here' }).verify())).fix).toContain('process.cwd()');
    expect((await errorOf(db.checkUpserts())).code).toBe('MSGDB_CONFIG_INVALID');
  });

  test('several databases are worked on at once', async () => {
    const other = createMsgdb({ url: database.url, schema: 'pg_catalog' });
    const [here, there] = await Promise.all([db.findDuplicates({ rule }), errorOf(other.findDuplicates({ rule }))]);
    expect([here.targets[0]?.excessRows, there.code]).toEqual([6, 'MSGDB_TABLE_NOT_FOUND']);
  });
});

describe('what may not be shown', () => {
  test('redact hides the contents of rows in reports and events', async () => {
    const redacted = createMsgdb({ url: database.url, redact: true });
    expect(JSON.stringify(await redacted.findDuplicates({ rule }))).not.toContain('wa1');
  });

  test('a password is in no error', async () => {
    const url = 'postgresql://app:sec%2Fret@127.0.0.1:1/none';
    const error = await errorOf(createMsgdb({ url }).verify({ rule }));
    expect(JSON.stringify([error.message, error.why, error.fix, error.data])).not.toMatch(/sec(\/|%2F)ret/);
  });
});

describe('for test suites', () => {
  test('expectUpsert passes where the target finds its index, and says what mends it where not', async () => {
    const upsert = 'insert into messages (id, wa_id) values ($1, $2) on conflict (wa_id) do nothing';
    const error = await errorOf(expectUpsert(upsert, db));
    expect(error.name).toBe('AssertionError');
    expect(error.message).toMatch(/1 error[\s\S]*wa_id/);
    await db.apply(rule);
    const [found] = await expectUpsert(upsert, db);
    expect(found?.arbiter).toBe('messages_wa_id_key');
    await expectUpsert(upsert.replaceAll(/\$\d/g, '?'), db, { arbiter: 'messages_wa_id_key' });
    expect((await errorOf(expectUpsert(upsert, db, { arbiter: 'messages_pkey' }))).message).toContain(
      'messages_wa_id_key',
    );
    expect((await errorOf(expectUpsert('select 1', db))).message).toContain('no upsert');
  });

  test('assertRules passes where every rule is enforced, and says what mends it where not', async () => {
    const error = await errorOf(assertRules(db));
    expect(error.name).toBe('AssertionError');
    expect(error.message).toMatch(/msgdb migrate/);
    await db.migrate();
    expect((await assertRules(db)).checks.length).toBeGreaterThan(1);
    await database.sql`drop schema msgdb cascade`;
    await mkdir(join(folder, 'empty'));
    const empty = createMsgdb({ url: database.url, migrationsDir: join(folder, 'empty') });
    expect((await errorOf(assertRules(empty))).message).toContain('nothing was checked');
  });
});
