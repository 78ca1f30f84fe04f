import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive.ts';
import { applyPlan } from '../../../src/commands/dedupe/apply-plan.ts';
import { dedupe } from '../../../src/commands/dedupe.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { DedupeReport } from '../../../src/model/report.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { cleanDatabase, column, expectNoDebris, makeProjectOf, readImages } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const RULE = { table: 't', key: ['k'], keep: ['id'], limit: { share: 1 } } as const;

/** Writes a plan for a rule, and checks that nothing else was written. */
async function writePlan(rule: UniqueKeyOptions, overrides: ContextOverrides = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-plan-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'dedupe.plan');
  const context = await makeContext(db, overrides);
  const before = await fingerprint(db.sql, { physical: true });
  const options = { rule: uniqueKey(rule), dryRun: true, yes: false, samples: 0, planOut: file };
  const report = await dedupe(context, options);
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
  return { file, folder, report };
}

async function apply(file: string, overrides: ContextOverrides = {}): Promise<DedupeReport> {
  const report = await applyPlan(await makeContext(db, overrides), { file, dryRun: false, yes: true });
  await expectNoDebris(db.sql);
  return report;
}

const rowsOf = async () => column(db.sql, 'select t::text from t order by t::text');

describe('a plan is applied as it was written, and undone exactly', () => {
  test.each<[name: string, schema: string, more?: Partial<UniqueKeyOptions>]>([
    [
      'a number',
      `create table t (id int primary key, k text); insert into t values (1, 'a'), (2, 'a'), (3, 'b'), (4, 'a')`,
    ],
    [
      'a number that JavaScript has no exact form for',
      `create table t (id bigint primary key, k int);
       insert into t values (9007199254740993, 1), (9007199254740992, 1), (9223372036854775807, 1)`,
    ],
    [
      'several columns of odd names and types',
      `create schema s; create domain s.code as char(4) not null;
       create table t (id int, "a ""b'c%" s.code, at timestamptz, raw bytea, parts text[], k int, primary key (id, "a ""b'c%", at, raw, parts));
       insert into t values (1, 'x', 'infinity', '\\x00ff', '{a,"b c",NULL}', 1), (1, 'y', '2020-02-02 10:00:00.123456+05', '', '{}', 1)`,
    ],
    ['none: its place', `create table t (id int, k int); insert into t values (1, 1), (1, 1), (1, 1), (2, 2), (3, 2)`],
    [
      'partitions',
      `create table t (id int, r text, k int, primary key (id, r)) partition by list (r);
       create table t_a partition of t for values in ('a'); create table t_b partition of t for values in ('b');
       insert into t values (1, 'a', 1), (2, 'a', 1), (1, 'b', 1), (2, 'b', 1), (3, 'b', 2)`,
      { key: ['k', 'r'] },
    ],
    [
      'a number, beside dropped and generated columns',
      `create table t (id int primary key, gone int, k int, twice int generated always as (k * 2) stored);
       alter table t drop column gone; insert into t values (1, 1), (2, 1), (3, 2)`,
    ],
    [
      'a number, and losers are marked',
      `create table t (id int primary key, k int, n int, live boolean default true);
       insert into t values (1, 1, 1), (2, 1, 2), (3, 2, 3)`,
      { where: 'live', merge: { n: 'sum' }, losers: { set: { live: false } } },
    ],
    [
      'an index that has the key sorted, a key by expression, and children that collide',
      `create table t (id int primary key, k text);
       create table child (id int primary key, t_id int references t on delete cascade, name text, unique (t_id, name));
       insert into t values (1, 'a'), (2, 'A'), (3, 'b'), (4, 'a'); insert into child values (1, 1, 'x'), (2, 2, 'x'), (3, 4, 'y')`,
      { key: [{ expression: 'lower(k)' }], keep: ['most children'] },
    ],
  ])('rows are known by %s', async (_, schema, more = {}) => {
    await db.sql.unsafe(schema);
    const rule = { ...RULE, ...more };
    const before = await readImages(db.sql);
    const { file, report: planned } = await writePlan(rule);
    expect(planned).toMatchObject({ verdict: 'ok', dryRun: true, next: `msgdb dedupe --plan ${file}` });
    const reference = await dedupe(await makeContext(db), {
      rule: uniqueKey(rule),
      dryRun: false,
      yes: true,
      samples: 0,
    });
    const wanted = await readImages(db.sql);
    await archiveRestore(await makeContext(db), { runId: reference.runId ?? '', yes: true });
    expect(await readImages(db.sql)).toEqual(before);
    // Rows of no primary key have new places by now, so the plan is made again.
    const again = await writePlan(rule);
    const report = await apply(again.file, { settings: { batchSize: 1 } });
    expect(report.findings).toEqual([]);
    expect(report.targets[0]?.deleted).toBe(planned.targets[0]?.excessRows);
    expect(await readImages(db.sql)).toEqual(wanted);
    await archiveRestore(await makeContext(db), { runId: report.runId ?? '', yes: true });
    expect(await readImages(db.sql)).toEqual(before);
  });
});

test('values of a type without a binary form are compared as text', async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, k int, acl aclitem[]);
    insert into t values (1, 1, '{=r/postgres}'), (2, 1, null), (3, 2, '{=r/postgres}'), (4, 2, '{=r/postgres}')`);
  const { file } = await writePlan(RULE);
  await db.sql`update t set acl = '{=rw/postgres}' where id = 4`;
  expect((await apply(file)).findings[0]?.message).toContain('contents have changed (group 2)');
  expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '3', '4']);
});

describe('groups that are not as they were are left out, and told', () => {
  const TABLE = `
    create table t (id int primary key, k text, n int);
    create table child (t_id int references t);
    insert into t select n, chr(96 + (n + 1) / 2), 0 from generate_series(1, 8) n`;

  test.each<[name: string, change: string, reason: string, left: readonly string[]]>([
    ['a loser was changed', 'update t set n = 1 where id = 4', 'contents have changed (group 2)', ['3', '4']],
    ['a survivor was changed', 'update t set n = 1 where id = 3', 'contents have changed (group 2)', ['3', '4']],
    ['a loser is gone', 'delete from t where id = 4', 'rows are no longer there (group 2)', ['3']],
    ['a survivor is gone', 'delete from t where id = 3', 'rows are no longer there (group 2)', ['4']],
    ['a copy came', `insert into t values (9, 'b', 0)`, 'there are other copies', ['3', '4', '9']],
    ['a better row came', `insert into t values (0, 'b', 0)`, 'there are other copies', ['0', '3', '4']],
    ['a row left the group', `update t set k = 'z' where id = 4`, 'contents have changed (group 2)', ['3', '4']],
    ['another row would survive', 'insert into child values (4)', 'another row would stay (group 2)', ['3', '4']],
    [
      'a row was replaced by one of the same key',
      `delete from t where id = 4; insert into t values (4, 'b', 7)`,
      'contents have changed (group 2)',
      ['3', '4'],
    ],
  ])('%s', async (_, change, reason, left) => {
    await db.sql.unsafe(TABLE);
    const { file } = await writePlan({ ...RULE, keep: ['most children', 'id'] });
    await db.sql.unsafe(change);
    const report = await apply(file);
    expect(report.verdict).toBe('findings');
    expect(report.findings).toMatchObject([
      { code: 'MSGDB_PLAN_OUTDATED', message: expect.stringContaining('t: 1 group of 4 left out: ') },
    ]);
    expect(report.findings[0]?.message).toContain(reason);
    expect(report.targets[0]?.deleted).toBe(3);
    expect(await column(db.sql, 'select id from t where id not in (1, 5, 7) order by id')).toEqual(left);
  });

  test('a row that was written again as it was, or moved, is still the same', async () => {
    await db.sql.unsafe(TABLE);
    const { file } = await writePlan(RULE);
    await db.sql.unsafe('update t set n = n');
    await db.sql.unsafe('vacuum full t');
    expect((await apply(file)).findings).toEqual([]);
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '3', '5', '7']);
  });

  test('without a primary key a row in the place of another is not it, though it looks the same', async () => {
    await db.sql.unsafe(`create table t (k int, v int); insert into t values (1, 1), (1, 1), (2, 1), (2, 1)`);
    const { file } = await writePlan({ table: 't', key: ['k'], limit: { share: 1 } });
    await db.sql.unsafe(`delete from t where ctid = '(0,2)'`);
    await db.sql.unsafe('vacuum t');
    await db.sql.unsafe('insert into t values (1, 1)');
    expect(await column(db.sql, `select k from t where ctid = '(0,2)'`)).toEqual(['1']);
    const report = await apply(file);
    expect(report.findings[0]?.message).toContain('rows are no longer there (group 1)');
    expect(await column(db.sql, 'select k from t order by k')).toEqual(['1', '1', '2']);
  });

  test('duplicates that the plan does not list stay, and a second time nothing is left to do', async () => {
    await db.sql.unsafe(TABLE);
    const { file } = await writePlan(RULE);
    await db.sql.unsafe(`insert into t values (11, 'new', 0), (12, 'new', 0)`);
    expect((await apply(file)).targets[0]?.deleted).toBe(4);
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '3', '5', '7', '11', '12']);
    const again = await apply(file);
    expect(again.targets[0]?.deleted).toBe(0);
    expect(again.findings[0]?.message).toContain(
      '4 groups of 4 left out: rows are no longer there (groups 1, 2, 3, 4)',
    );
    expect(await column(db.sql, 'select count(*) from t')).toEqual(['6']);
  });

  test('a child that would be removed as a copy, and is not in the plan, stops it', async () => {
    await db.sql.unsafe(`${TABLE};
      create table taken (id int primary key, t_id int references t on delete cascade, unique (t_id));
      insert into taken values (1, 1), (2, 2), (3, 3)`);
    const { file } = await writePlan(RULE);
    await db.sql.unsafe('insert into taken values (4, 4)');
    const before = await readImages(db.sql);
    const report = await apply(file);
    expect(report.findings).toMatchObject([
      {
        code: 'MSGDB_PLAN_OUTDATED',
        message: expect.stringContaining('2 rows of taken.t_id would be removed as copies'),
      },
    ]);
    expect(await readImages(db.sql)).toEqual(before);
  });

  test('groups that the rule leaves alone are not in the plan; differing may stop later than planning', async () => {
    await db.sql.unsafe(`${TABLE}; update t set n = 5 where id in (2, 4)`);
    const { file, report } = await writePlan({ ...RULE, onDiffer: 'stop' });
    expect(report.summary).toContain('2 rows in 2 groups would be removed');
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_GROUP_DIFFERS']);
    expect((await apply(file)).targets[0]?.deleted).toBe(2);
    const { file: keeping } = await writePlan(RULE);
    const stopped = await apply(keeping, { settings: { onDiffer: 'stop' } });
    expect(stopped.targets[0]?.deleted).toBe(0);
    expect(stopped.verdict).toBe('findings');
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '2', '3', '4', '5', '7']);
  });
});

describe('a plan that does not fit is refused, and nothing is changed:', () => {
  const TABLE = `
    create table t (id int primary key, k text, n int);
    insert into t select n, chr(96 + (n + 1) / 2), 0 from generate_series(1, 8) n`;

  async function refusal(file: string): Promise<string> {
    const before = await readImages(db.sql);
    const context = await makeContext(db);
    const thrown = await applyPlan(context, { file, dryRun: false, yes: true }).then(
      (report) => report.findings[0] ?? expect.unreachable(),
      (error: { code: string; message: string; why: string }) => error,
    );
    expect(await readImages(db.sql)).toEqual(before);
    expect(await column(db.sql, `select to_regnamespace('msgdb')`)).toEqual([null]);
    return `${thrown.code}: ${thrown.message} ${'why' in thrown ? thrown.why : ''}`;
  }

  test.each<[name: string, edit: (text: string) => string, why: string]>([
    ['edited', (text) => text.replace('"id": 2', '"id": 3'), 'was changed after msgdb had written it'],
    ['with a line less', (text) => text.replace(/\{"group":2,"rank":2.*\n/, ''), 'was changed after'],
    [
      'with its lines in another order',
      (text) => text.replace(/(\{"group":1,"rank":1.*\n)(.*\n)/, '$2$1'),
      'was changed after',
    ],
    ['cut off in a line', (text) => text.slice(0, text.length / 2), 'its last line is not there'],
    ['cut off after a line', (text) => text.replace(/\{"end".*\n$/, ''), 'its last line is not there'],
    ['with something behind it', (text) => `${text}{}\n`, 'Something stands behind its last line'],
    ['twice in one file', (text) => text + text, 'Something stands behind its last line'],
    ['of another form', (text) => text.replace('"msgdbPlan":1', '"msgdbPlan":2'), 'It has the form 2'],
    ['without its first line', (text) => text.replace(/^.*\n/, ''), 'does not begin as one'],
    ['empty', () => '', 'It is empty'],
    ['something else', () => 'create table t ();\n', 'A line of it is not one'],
  ])('%s', async (_, edit, why) => {
    await db.sql.unsafe(TABLE);
    const { file } = await writePlan(RULE);
    await writeFile(file, edit(await readFile(file, 'utf8')));
    const told = await refusal(file);
    expect(told).toContain('MSGDB_PLAN_INVALID');
    expect(told).toContain(why);
  });

  test('line ends of Windows change nothing', async () => {
    await db.sql.unsafe(TABLE);
    const { file } = await writePlan(RULE);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
    expect((await apply(file)).targets[0]?.deleted).toBe(4);
  });

  test('a file that is not there, and a folder', async () => {
    expect(await refusal('/nowhere/dedupe.plan')).toMatch(/MSGDB_PLAN_INVALID.*cannot be read.*ENOENT/);
    expect(await refusal(tmpdir())).toMatch(/MSGDB_PLAN_INVALID.*no plain file/);
  });

  test.each<[name: string, change: string, why: string]>([
    ['a column came', 'alter table t add column extra int', 'its columns or its primary key'],
    ['the primary key is another', 'alter table t drop constraint t_pkey, add primary key (id, k)', 'its columns'],
    ['something refers to it', 'create table child (t_id int references t on delete cascade)', 'what refers to it'],
    [
      'a trigger came',
      `create function f() returns trigger language plpgsql as 'begin return old; end'; create trigger f before delete on t for each row execute function f()`,
      'its triggers or rules',
    ],
    [
      'it is another table',
      `alter table t rename to u; create table t (like u including all); insert into t select * from u`,
      'the table itself',
    ],
    ['it is gone', 'drop table t', 'There is no table'],
  ])('%s', async (_, change, why) => {
    await db.sql.unsafe(TABLE);
    const { file } = await writePlan(RULE);
    await db.sql.unsafe(change);
    expect(await refusal(file)).toContain(why);
  });

  test('one of another database', async () => {
    await db.sql.unsafe(TABLE);
    const { file } = await writePlan(RULE);
    const text = (await readFile(file, 'utf8')).split('\n');
    const header = JSON.parse(text[0] ?? '');
    header.database.oid += 1;
    const { createHash } = await import('node:crypto');
    const body = [JSON.stringify(header), ...text.slice(1, -2)].map((line) => `${line}\n`).join('');
    const end = JSON.parse(text.at(-2) ?? '').end;
    end.sha256 = createHash('sha256').update(body).digest('hex');
    await writeFile(file, `${body}${JSON.stringify({ end })}\n`);
    expect(await refusal(file)).toContain('made for another database');
  });

  test('one that is refused is not written, and what was there before stays', async () => {
    await db.sql.unsafe(`${TABLE}; insert into t select n, 'a', 0 from generate_series(9, 40) n`);
    const { file, folder, report } = await writePlan({ table: 't', key: ['k'] });
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_BLAST_RADIUS']);
    expect(await readdir(folder)).toEqual([]);
    await writeFile(file, 'older');
    const nowhere = join(folder, 'missing', 'dedupe.plan');
    const options = { rule: uniqueKey(RULE), dryRun: true, yes: false, samples: 0, planOut: nowhere };
    await expect(dedupe(await makeContext(db), options)).rejects.toMatchObject({ code: 'MSGDB_USAGE' });
    expect(await readdir(folder)).toEqual(['dedupe.plan']);
  });

  test('the limit is asked for again', async () => {
    await db.sql.unsafe(
      `${TABLE}; insert into t select n, 'a', 0 from generate_series(9, 40) n; insert into t select n, n::text, 0 from generate_series(100, 200) n`,
    );
    const { file } = await writePlan({ table: 't', key: ['k'] });
    await db.sql`delete from t where id >= 100`;
    const report = await applyPlan(await makeContext(db), { file, dryRun: true, yes: false });
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_BLAST_RADIUS']);
  });
});

test('a dry run of a plan file says what it lists, and without yes it asks', async () => {
  await db.sql.unsafe(`create table t (id int primary key, k int); insert into t values (1, 1), (2, 1), (3, 1)`);
  const { file } = await writePlan(RULE);
  const before = await fingerprint(db.sql, { physical: true });
  const context = await makeContext(db);
  const report = await applyPlan(context, { file, dryRun: true, yes: false });
  expect(report).toMatchObject({ verdict: 'ok', summary: expect.stringContaining('the plan lists 2 rows in 1 group') });
  await expect(applyPlan(context, { file, dryRun: false, yes: false })).rejects.toMatchObject({
    code: 'MSGDB_CONFIRMATION_NEEDED',
    message: expect.stringContaining('removing 2 rows from t'),
  });
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
});

test('the rules of the migrations make one plan; those with nothing to remove are not in it', async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, k int); insert into t values (1, 1), (2, 1), (3, 2);
    create table u (a int, b int, primary key (a, b)); insert into u values (1, 1), (1, 2), (2, 1);
    create table v (id int primary key)`);
  const rules = [
    uniqueKey({ ...RULE }),
    uniqueKey({ table: 'u', key: ['a'], limit: { share: 1 } }),
    uniqueKey({ table: 'v', key: ['id'] }),
  ];
  const { context } = await makeProjectOf(db, rules);
  const file = join(context.migrationsDir, 'all.plan');
  await dedupe(context, { dryRun: true, yes: false, samples: 0, planOut: file });
  const lines = (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => Object.keys(line)[0])).toEqual([
    'msgdbPlan',
    'target',
    'group',
    'group',
    'target',
    'group',
    'group',
    'end',
  ]);
  expect(lines.at(-1).end).toMatchObject({ targets: 2, groups: 2, rows: 4 });
  expect(lines[5]).toMatchObject({
    group: 1,
    rank: 1,
    key: { a: 1, b: 1 },
    row: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  const report = await apply(file);
  expect(report.targets.map(({ table, deleted, migration }) => [table, deleted, migration])).toEqual([
    ['t', 1, '0001-the-test'],
    ['u', 1, '0001-the-test'],
  ]);
  expect(await rowsOf()).toEqual(['(1,1)', '(3,2)']);
});

test('a plan of tens of thousands of rows, in batches', async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, k int);
    insert into t select n, n % 15000 from generate_series(1, 40000) n`);
  const { file } = await writePlan({ ...RULE, keep: ['id desc'] });
  await db.sql`update t set k = -1 where id = 40000`;
  const report = await apply(file);
  expect(report.targets[0]?.deleted).toBe(25_000 - 2);
  expect(report.findings[0]?.message).toContain('1 group of 15,000 left out: contents have changed');
  expect(await column(db.sql, 'select count(*) from t')).toEqual(['15002']);
});

test('a plan that was interrupted is gone on with by the same command', async () => {
  await db.sql.unsafe(
    'create table t (id int primary key, k int); insert into t select n, n / 2 from generate_series(2, 21) n',
  );
  const { file } = await writePlan(RULE);
  const stop = new AbortController();
  const emit: NonNullable<ContextOverrides['emit']> = (event) => {
    if (event.kind === 'progress' && event.title.startsWith('groups') && event.done === 4) stop.abort();
  };
  const first = await apply(file, { settings: { batchSize: 1 }, signal: stop.signal, emit });
  expect(first.findings.map(({ code }) => code)).toEqual(['MSGDB_INTERRUPTED']);
  expect(first.targets[0]?.deleted).toBe(4);
  const second = await apply(file);
  expect(second.targets[0]?.deleted).toBe(6);
  expect(second.findings[0]?.message).toContain(
    '4 groups of 10 left out: rows are no longer there (groups 1, 2, 3, 4)',
  );
  expect(await column(db.sql, 'select count(*) from t')).toEqual(['10']);
});

test('writers that change and add rows meanwhile never lose one that the plan did not list as it is', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int, n int default 0);
    insert into t select n, n / 2 from generate_series(2, 2001) n`);
  const { file } = await writePlan(RULE);
  const listed = (await readFile(file, 'utf8')).split('\n').flatMap((line) => {
    const member = /"rank":2,"key":\{"id": (\d+)\}/.exec(line);
    return member ? [Number(member[1])] : [];
  });
  const touched = new Set<number>();
  let writing = true;
  const writer = (async () => {
    for (let id = 2001; writing && id > 1; id -= 7) {
      const rows = await sql`update t set n = n + 1 where id = ${id} returning id`;
      if (rows.length > 0) touched.add(id);
      await sql`insert into t values (${id + 10_000}, ${Math.floor(id / 2)})`;
    }
  })();
  const report = await apply(file, { settings: { batchSize: 10 } });
  writing = false;
  await writer;
  const left = new Set((await sql`select id from t`).map((row) => Number(row.id)));
  const gone = [...Array(2000).keys()].map((n) => n + 2).filter((id) => !left.has(id));
  expect(gone.filter((id) => !listed.includes(id))).toEqual([]);
  expect(gone.filter((id) => touched.has(id))).toEqual([]);
  expect(report.targets[0]?.deleted).toBe(gone.length);
  const lost = await sql`select k from generate_series(1, 1000) k where not exists (select from t where t.k = k.k)`;
  expect(lost).toEqual([]);
});
