import { beforeEach, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { fenceDrop } from '../../../src/commands/fence/fence-drop.ts';
import { fenceList } from '../../../src/commands/fence/fence-list.ts';
import { preflight } from '../../../src/commands/preflight/preflight.ts';
import type { RepairOptions } from '../../../src/commands/preflight/repair-pending.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { expectTrueVerdict } from '../../support/verdict.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeProjectOf } from '../engine/project.ts';
import { until } from '../online/climb.ts';
import { attempt, sqlstate } from '../online/run.ts';

const db = useDatabase();
const OPTIONS = { paths: [], all: false, samples: 3, strict: false };
const MINUTES = 60_000;
const REPAIR: RepairOptions = { dryRun: false, yes: true, build: false, keepFence: 30 * MINUTES, copies: undefined };
const RULE = uniqueKey({ table: 'users', key: ['email'] });
const UNIQUE = 'create unique index users_email on users (email)';

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql
    .unsafe(`create table users (id integer primary key, email text, name text);
      insert into users values (1, 'a@x', 'old'), (2, 'a@x', 'new'), (3, 'b@x', 'b'), (4, null, 'n')`)
    .simple();
});

/** Repairs for SQL on standard input, with a fence that stays. */
async function repair(sql = UNIQUE, more: Partial<RepairOptions> = {}, overrides: ContextOverrides = {}) {
  const context = await makeContext(db, overrides);
  const report = await preflight(context, { ...OPTIONS, input: sql, repair: { ...REPAIR, ...more } });
  return { report, text: expectTrueVerdict(report), context };
}

async function listed() {
  const report = await fenceList(await makeContext(db));
  expectTrueVerdict(report);
  return report.fences;
}

const TRIGGERS = `select tgname from pg_trigger where not tgisinternal`;

describe.each(['locked', 'online'] as const)('%s: between the repair and the deploy', (strategy) => {
  test('no copy comes in, and everything else does', async () => {
    const { report, text } = await repair(UNIQUE, {}, { settings: { strategy } });
    expect(report).toMatchObject({
      verdict: 'ok',
      repair: { targets: [{ deleted: 1 }], fences: [{ table: 'users', key: '(email)', state: 'up' }] },
    });
    expect(text).toContain('1 row removed; 1 fence up; nothing stands in the way');
    const told = await attempt(db.open(), [
      `insert into users values (10, 'a@x', 'copy')`,
      `insert into users values (11, 'c@x', 'new'), (12, null, 'null')`,
      `update users set email = 'b@x' where id = 1`,
      `update users set name = 'other', email = email`,
      `insert into users values (1, 'z@x') on conflict (id) do update set name = 'upserted'`,
    ]);
    expect(told).toEqual(['23505', 'ok', '23505', 'ok', 'ok']);
    await db.sql.unsafe(UNIQUE);
    expect(await attempt(db.open(), [`insert into users values (13, 'a@x')`])).toEqual(['23505']);
    expect(await listed()).toMatchObject([{ state: 'served', servedBy: 'users_email' }]);
    await repair('select 1');
    await expectNoDebris(db.sql);
  });
});

describe('what a deploy does to the table while a fence is up succeeds, and no write fails for it:', () => {
  test.each<readonly [sql: string, write: string, state: string]>([
    ['alter table users rename column email to mail', `insert into users (id, mail) values (10, 'a@x')`, 'changed'],
    ['alter table users rename to people', `insert into people (id, email) values (10, 'a@x')`, 'changed'],
    [
      'alter table users rename to was; create table users (like was including all)',
      `insert into was (id, email) values (10, 'a@x')`,
      'changed',
    ],
    [
      'alter table users rename email to old; alter table users add email text',
      `insert into users (id, old, email) values (10, 'a@x', 'a@x')`,
      'changed',
    ],
    [
      'alter table users rename email to t; alter table users rename name to email; alter table users rename t to name',
      `insert into users (id, email) values (10, 'old')`,
      'changed',
    ],
    ['alter table users alter column email type varchar(99)', `insert into users values (10, 'c@x')`, 'standing'],
    [
      'alter table users drop column email',
      `insert into users values (10, 'a@x'); update users set name = 'x'`,
      'changed',
    ],
    ['create schema app; alter table users set schema app', `insert into app.users values (10, 'a@x')`, 'changed'],
    [
      'drop table users; create table users (id int, email text)',
      `insert into users values (1, 'a@x'), (2, 'a@x')`,
      'detached',
    ],
    ['drop index public.%support%', `insert into users values (10, 'a@x')`, 'changed'],
  ])('%s', async (sql, write, state) => {
    await repair();
    const app = db.open();
    // Plans of an earlier statement are in the session's cache.
    expect(await attempt(app, [`insert into users (id, email) values (9, 'z@x')`])).toEqual(['ok']);
    const [support] = await column(db.sql, `select relname from pg_class where relname like 'msgdb\\_support\\_%'`);
    await db.sql.unsafe(sql.replace('%support%', String(support))).simple();
    expect(await attempt(app, write.split('; '))).not.toContainEqual(expect.stringMatching(/^(?!ok)/));
    expect(await listed()).toMatchObject([{ state }]);
    await fenceDrop(await makeContext(db), { table: undefined });
    await expectNoDebris(db.sql);
  });

  test('another type, which the fence then judges by', async () => {
    await db.sql.unsafe('alter table users add code integer; update users set code = id');
    await repair('create unique index users_code on users (code)');
    const app = db.open();
    expect(await attempt(app, ['insert into users (id, code) values (9, 9)'])).toEqual(['ok']);
    await db.sql.unsafe('alter table users alter code type bigint');
    const told = await attempt(app, ['insert into users (id, code) values (10, 9)', 'insert into users values (11)']);
    expect(told[1]).toBe('ok');
    expect(['23505', 'ok']).toContain(told[0]);
  });
});

describe('when its time is over', () => {
  test('it lets everything pass; the next command that changes something clears it away, and none before', async () => {
    await repair(UNIQUE, { keepFence: 1_000 });
    await db.sql.unsafe('select pg_sleep(1)');
    expect(await attempt(db.open(), [`insert into users values (10, 'a@x')`])).toEqual(['ok']);
    const before = await fingerprint(db.sql);
    expect(await listed()).toMatchObject([{ state: 'expired' }]);
    const { findings, checks } = await doctor(await makeContext(db));
    expect(findings.map(({ code }) => code)).toEqual(['MSGDB_LEFT_BEHIND', 'MSGDB_LEFT_BEHIND']);
    expect(checks.map(({ detail }) => detail).join('\n')).toContain('does nothing any more');
    await preflight(await makeContext(db), { ...OPTIONS, input: UNIQUE });
    expect(await fingerprint(db.sql)).toEqual(before);
    await dedupe(await makeContext(db), { rule: RULE, dryRun: false, yes: true, samples: 1 });
    expect(await listed()).toEqual([]);
    await expectNoDebris(db.sql);
    expect(await column(db.sql, `select undone_at is not null from msgdb.ledger where kind = 'kept-fence'`)).toEqual([
      'true',
    ]);
  });

  test('before the repair is done, the report says so', async () => {
    await db.sql.unsafe(`create function slow() returns trigger language plpgsql as
        'begin perform pg_sleep(1.2); return old; end'`);
    // What comes after the fence is up takes longer than the fence lasts.
    await db.sql.unsafe('create trigger slow before delete on users for each row execute function slow()');
    const { report } = await repair(UNIQUE, { keepFence: 1_000 }, { settings: { strategy: 'locked' } });
    expect(report.repair?.fences).toMatchObject([{ state: 'not put up', until: null }]);
    expect(report.findings).toMatchObject([
      { code: 'MSGDB_VERIFY_FAILED', fix: 'Run the same command again, with a longer --keep-fence.' },
    ]);
    expect(report.verdict).toBe('findings');
  });
});

describe('a fence is not put up', () => {
  test('by a dry run, which says that it would be', async () => {
    const before = await fingerprint(db.sql);
    const { report, text } = await repair(UNIQUE, { dryRun: true });
    expect(report.repair?.fences).toMatchObject([{ state: 'planned', until: null }]);
    expect(text).toContain('a fence keeps new copies out until the pending migration has built its own');
    expect(await fingerprint(db.sql)).toEqual(before);
  });

  test('where a unique index keeps copies out already', async () => {
    await db.sql.unsafe('delete from users where id = 2; create unique index there on users (email)');
    const { report } = await repair();
    expect(report.repair?.fences).toMatchObject([{ state: 'not needed', detail: 'there keeps copies out already' }]);
    await expectNoDebris(db.sql);
  });

  test('where --build builds the index; where it cannot, it is', async () => {
    const sql = `${UNIQUE}; create unique index names on users (name) include (email)`;
    const { report } = await repair(sql, { build: true });
    expect(report.repair?.builds).toMatchObject([{ state: 'built' }, { state: 'not built' }]);
    expect(report.repair?.fences).toMatchObject([{ key: '(name)', state: 'up' }]);
    expect(await attempt(db.open(), [`insert into users values (10, 'n@x', 'old')`])).toEqual(['23505']);
  });

  test('with --fence none', async () => {
    await expect(repair(UNIQUE, {}, { settings: { fence: 'none' } })).rejects.toMatchObject({ code: 'MSGDB_USAGE' });
  });

  test.each([true, false])('by a role that does not own the table; nothing is removed (copies: %s)', async (copies) => {
    if (!copies) await db.sql.unsafe('delete from users where id = 2');
    const role = await db.createRole(`worker_${copies}`, { grants: [`create on database ${db.name}`] });
    await db.sql.unsafe(`grant usage on schema public to ${role.name}; grant all on users to ${role.name}`);
    const before = await column(db.sql, 'select id from users order by 1');
    const context = await makeContext({ url: role.url });
    const report = await preflight(context, { ...OPTIONS, input: UNIQUE, repair: REPAIR });
    expectTrueVerdict(report);
    expect(report.findings[0]).toMatchObject({
      code: 'MSGDB_PERMISSION_DENIED',
      message: expect.stringContaining('needs its owner'),
    });
    expect(report.repair?.fences).toMatchObject([{ state: 'not put up', detail: 'the plan is refused' }]);
    expect(await column(db.sql, 'select id from users order by 1')).toEqual(before);
    expect(await column(db.sql, TRIGGERS)).toEqual([]);
    await db.sql.unsafe(`drop owned by ${role.name}`);
  });
});

describe('a fence is put up', () => {
  test('where no row breaks the key', async () => {
    await db.sql.unsafe('delete from users where id = 2');
    const { report, text } = await repair();
    expect(report).toMatchObject({ verdict: 'ok', repair: { fences: [{ state: 'up' }] } });
    expect(text).toContain('0 rows removed; 1 fence up');
    expect(await attempt(db.open(), [`insert into users values (10, 'a@x')`])).toEqual(['23505']);
  });

  test('again, for longer, by the same command', async () => {
    await repair(UNIQUE, { keepFence: MINUTES });
    const [first] = await listed();
    await repair();
    const again = await listed();
    expect(again).toHaveLength(1);
    expect(Date.parse(again[0]?.until ?? '')).toBeGreaterThan(Date.parse(first?.until ?? '') + 20 * MINUTES);
    expect(
      await column(db.sql, `select count(*) from msgdb.ledger where kind = 'kept-fence' and undone_at is null`),
    ).toEqual(['1']);
  });

  test.each([
    ['create unique index u on users (lower(email))', 'A@X'],
    ["create unique index u on users (email) where name <> 'n'", 'a@x'],
    ['update users set email = lower(email); create unique index u on users (email)', 'A@x'],
    ['alter table users add constraint u unique (email)', 'a@x'],
  ])('%s', async (sql, email) => {
    await repair(sql);
    expect(await attempt(db.open(), [`insert into users values (10, '${email}', 'c')`])).toEqual(['23505']);
    await db.sql.unsafe(sql).simple();
  });

  test('on a partitioned table', async () => {
    await db.sql
      .unsafe(`create table visits (id int, day date, who text) partition by range (day);
        create table visits_1 partition of visits for values from ('2026-01-01') to ('2026-02-01');
        create table visits_2 partition of visits for values from ('2026-02-01') to ('2026-03-01');
        insert into visits values (1, '2026-01-01', 'a'), (2, '2026-01-01', 'a'), (3, '2026-02-02', 'b')`)
      .simple();
    const sql = 'create unique index visits_who on visits (day, who)';
    const { report } = await repair(sql);
    expect(report.repair).toMatchObject({ targets: [{ deleted: 1 }], fences: [{ state: 'up' }] });
    const app = db.open();
    expect(await attempt(app, [`insert into visits values (4, '2026-02-02', 'b')`])).toEqual(['23505']);
    await db.sql.unsafe(`create table visits_3 partition of visits for values from ('2026-03-01') to ('2026-04-01')`);
    const told = await attempt(app, [
      `insert into visits values (5, '2026-03-02', 'b')`,
      `insert into visits values (6, '2026-03-02', 'b')`,
    ]);
    expect(told).toEqual(['ok', '23505']);
    await db.sql.unsafe(sql);
    expect(await listed()).toMatchObject([{ table: 'visits', state: 'served' }]);
    await repair('select 1');
    await expectNoDebris(db.sql);
  });

  test('that leaves copies out, with --fence skip', async () => {
    await repair(UNIQUE, {}, { settings: { fence: 'skip' } });
    expect(await attempt(db.open(), [`insert into users values (10, 'a@x')`])).toEqual(['ok']);
    expect(await column(db.sql, 'select id from users where id = 10')).toEqual([]);
    expect((await preflight(await makeContext(db), { ...OPTIONS, input: UNIQUE })).verdict).toBe('ok');
  });
});

describe('while a fence is up', () => {
  test('other runs spare it, name it, and pass it', async () => {
    await repair();
    await db.sql.unsafe(
      'create table t (id int primary key, k text); insert into t values (1, null), (2, null), (3, 1), (4, 1)',
    );
    const notes: string[] = [];
    const emit = (event: RunEvent): void => {
      if (event.kind === 'note') notes.push(event.message);
    };
    const settings = { strategy: 'online' as const };
    const up = [uniqueKey({ table: 't', key: ['k'], index: 'wanted', limit: { share: 1 } })];
    const project = await makeProjectOf(db, up, { emit, settings });
    expectOk(await project.migrate());
    expect(notes).toContainEqual(
      expect.stringMatching(/^the fence on users \(email\) stays until 20.*Z; `msgdb fence drop` takes it down$/),
    );
    expect(await listed()).toMatchObject([{ state: 'standing' }]);
    expect(await attempt(db.open(), [`insert into users values (10, 'a@x')`])).toEqual(['23505']);
    const { findings, checks } = await doctor(await makeContext(db));
    expect(findings).toEqual([]);
    expect(checks.find(({ id }) => id.includes('fence'))).toMatchObject({ status: 'info', table: 'users' });
  });

  test('a migration of msgdb with the same rule builds its index, and the fence goes with that run', async () => {
    await repair();
    const project = await makeProjectOf(db, [uniqueKey({ table: 'users', key: ['email'], index: 'own' })], {
      settings: { strategy: 'online' },
    });
    expectOk(await project.migrate());
    await expectNoDebris(db.sql);
  });

  test('statements that change rows are followed as without it', async () => {
    await repair();
    const input = 'update users set email = lower(email); create unique index u on users (email)';
    const { findings } = await preflight(await makeContext(db), { ...OPTIONS, input });
    expect(findings).toEqual([]);
  });

  test('a restore of its run takes it down, then puts the rows back', async () => {
    const { report, context } = await repair();
    const restored = await archiveRestore(context, { runId: report.repair?.runId ?? '', yes: true });
    expectTrueVerdict(restored);
    expect(restored).toMatchObject({ verdict: 'ok', restoredRows: 1 });
    await expectNoDebris(db.sql);
  });

  test('a deploy that drops its table, or gives it to another role, keeps no later run out', async () => {
    const alice = await db.createRole('alice');
    const bob = await db.createRole('bob');
    for (const sql of ['drop table users', `alter table users owner to ${bob.name}`]) {
      await cleanDatabase(db.sql);
      await db.sql.unsafe(`grant usage, create on schema public to ${alice.name}, ${bob.name};
        create table users (id int primary key, email text); alter table users owner to ${alice.name}`);
      await repair();
      await db.sql.unsafe(sql);
      if (!sql.startsWith('drop'))
        expect(await attempt(db.open(), [`insert into users values (1, 'a'), (2, 'a')`])).toEqual(['ok']);
      await fenceDrop(await makeContext(db), { table: undefined });
      await expectNoDebris(db.sql);
    }
  });
});

describe('a project with another history', () => {
  const OTHER: ContextOverrides = { settings: { historySchema: 'msgdb_b' } };
  const COPY = `insert into users values (10, 'a@x')`;

  test('spares a fence and its index, and is not hindered by it', async () => {
    await repair();
    const context = await makeContext(db, OTHER);
    expect(await fenceList(context)).toMatchObject({ fences: [] });
    expect(await fenceDrop(context, { table: undefined })).toMatchObject({ fences: [] });
    await db.sql.unsafe(`create table t (id int primary key, email text, user_id int references users (id));
      insert into t values (1, 'a', 1), (2, 'a', 1)`);
    const rule = uniqueKey({ table: 't', key: ['email'], index: 'wanted', limit: { share: 1 } });
    const project = await makeProjectOf(db, [rule], { settings: { historySchema: 'msgdb_b', strategy: 'online' } });
    expectOk(await project.migrate());
    const names = uniqueKey({ table: 'users', key: ['name'] });
    await db.sql.unsafe(`update users set name = 'same'`);
    const lenient = await makeContext(db, { settings: { historySchema: 'msgdb_b', limit: { share: 1 } } });
    const removed = await dedupe(lenient, { rule: names, dryRun: false, yes: true, samples: 1 });
    expect(removed).toMatchObject({ verdict: 'ok', targets: [{ deleted: 2 }] });
    expect((await doctor(context)).findings).toEqual([]);
    expect(await listed()).toMatchObject([{ state: 'standing' }]);
    expect(await attempt(db.open(), [COPY])).toEqual(['23505']);
    expect(await column(db.sql, `select count(*) from pg_class where relname like 'msgdb\\_support\\_%'`)).toEqual([
      '1',
    ]);
  });

  test.each([
    ['the other one', {}, OTHER],
    ['this one', OTHER, {}],
  ])('keeps one of the same key beside it: when %s takes its own down, copies stay out', async (_, first, second) => {
    await repair(UNIQUE, {}, OTHER);
    await repair();
    expect(await fenceDrop(await makeContext(db, first), { table: 'users' })).toMatchObject({ fences: [{}] });
    expect(await fenceList(await makeContext(db, first))).toMatchObject({ fences: [] });
    expect(await fenceList(await makeContext(db, second))).toMatchObject({ fences: [{ state: 'standing' }] });
    expect(await attempt(db.open(), [COPY])).toEqual(['23505']);
    expect(await fenceDrop(await makeContext(db, second), { table: 'users' })).toMatchObject({ fences: [{}] });
    expect(await attempt(db.open(), [COPY])).toEqual(['ok']);
    await expectNoDebris(db.sql);
  });

  test('may have the longest of names', async () => {
    const longest: ContextOverrides = { settings: { historySchema: `msgdb_${'b'.repeat(40)}`, fence: 'skip' } };
    await repair(UNIQUE, {}, longest);
    expect(await attempt(db.open(), [COPY])).toEqual(['ok']);
    expect(await column(db.sql, 'select id from users where id = 10')).toEqual([]);
    expect(await column(db.sql, 'select count(*) from pg_trigger where not tgisinternal')).toEqual(['3']);
    expect(await fenceDrop(await makeContext(db, longest), { table: 'users' })).toMatchObject({ fences: [{}] });
    await expectNoDebris(db.sql);
  });
});

describe('fence drop', () => {
  test('takes down those of a table, or all, and says when there is none', async () => {
    await db.sql.unsafe('create table t (id int primary key, k text)');
    await repair(`${UNIQUE}; create unique index u on t (k)`);
    const context = await makeContext(db);
    expect((await listed()).map(({ table }) => table).sort()).toEqual(['t', 'users']);
    const dropped = await fenceDrop(context, { table: 't' });
    expect(dropped).toMatchObject({ verdict: 'ok', summary: '1 fence taken down', fences: [{ table: 't' }] });
    expectTrueVerdict(dropped);
    expect(await fenceDrop(context, { table: 't' })).toMatchObject({ summary: 'nothing to do: no fence is kept on t' });
    expect(await fenceDrop(context, { table: undefined })).toMatchObject({ fences: [{ table: 'users' }] });
    await expectNoDebris(db.sql);
    const before = await fingerprint(db.sql);
    expect(await fenceDrop(context, { table: undefined })).toMatchObject({
      verdict: 'ok',
      summary: 'nothing to do: no fence is kept',
    });
    expect(await fingerprint(db.sql)).toEqual(before);
    await expect(fenceDrop(context, { table: 'nothing' })).rejects.toMatchObject({ code: 'MSGDB_TABLE_NOT_FOUND' });
  });

  test('is refused to a role that may not', async () => {
    await repair();
    const role = await db.createRole('nobody');
    await expect(fenceDrop(await makeContext({ url: role.url }), { table: undefined })).rejects.toMatchObject({
      code: 'MSGDB_PERMISSION_DENIED',
      fix: expect.stringMatching(/./),
    });
    expect(await listed()).toMatchObject([{ state: 'standing' }]);
  });
});

describe.each([
  ['begin; alter table users add column seen int default 0', `${UNIQUE}; commit`],
  ['select 1', 'create unique index concurrently users_email on users (email)'],
  ['alter table users alter column name set default 1', 'alter table users add constraint users_email unique (email)'],
])('writers that make copies all the time, and the deploy `%s`, `%s`:', (first, second) => {
  test('the repair ends, the deploy succeeds, no write is lost, and none fails but for a copy', async () => {
    const stop = new AbortController();
    const written: number[] = [];
    const errors = new Set<string>();
    const writers = [1, 2, 3].map(async (writer) => {
      const app = db.open();
      for (let n = 1; !stop.signal.aborted; n += 1) {
        const id = writer * 1_000_000 + n;
        const told = await sqlstate(app.unsafe(`insert into users (id, email) values (${id}, 'k${n % 40}')`));
        if (told === 'ok') written.push(id);
        else errors.add(told);
      }
    });
    await until(async () => written.length > 100);
    const { report } = await repair(UNIQUE, {}, { settings: { strategy: 'online', limit: { share: 1 } } });
    expect(report.repair?.fences).toMatchObject([{ state: 'up' }]);
    expect(report.findings).toEqual([]);
    const runner = await db.open().reserve();
    await runner.unsafe(first).simple();
    for (const each of second.split('; ')) await runner.unsafe(each).simple();
    runner.release();
    stop.abort();
    await Promise.all(writers);
    expect([...errors]).toEqual(['23505']);
    expect(await column(db.sql, `select indisvalid from pg_index where indexrelid = 'users_email'::regclass`)).toEqual([
      'true',
    ]);
    const [archive] = await column(db.sql, 'select name from msgdb.archives');
    const lost = await column(
      db.sql,
      `select id from unnest('{${written.join()}}'::int[]) id except
         (select id from users union select id from msgdb."${archive}" where msgdb_image = 'removed')`,
    );
    expect(lost).toEqual([]);
  });
});
