import { beforeEach, describe, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { dedupeScript } from '../../../src/commands/dedupe/dedupe-script.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { sql as script } from '../../../src/model/operations/sql-operation.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { connect } from '../../support/database-url.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectOk,
  makeProjectOf,
  makeRule,
  readImages,
  takeTurns,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** A trigger BEFORE UPDATE of a table that runs a statement of PL/pgSQL; `more` may be a WHEN. */
function beforeUpdate(table: string, does: string, more = '', name = 'touch'): string {
  return `
    create function ${name}() returns trigger language plpgsql as $$ begin ${does} return new; end $$;
    create trigger ${name} before update on ${table} for each row ${more} execute function ${name}();`;
}

const TABLE = `
  create table t (id int primary key, k int, n numeric(6, 1), at timestamp(0), note varchar(3)[]);
  insert into t values (1, 1, 10, '2020-01-01', '{a}'), (2, 1, 20.5, '2021-01-01', '{b}'), (3, 2, 1, '2020-01-01', '{c}'), (4, 2, 2, '2019-01-01', '{}'), (5, 3, 1, null, null);`;

const MERGES: readonly {
  readonly name: string;
  readonly schema: string;
  readonly merge: NonNullable<UniqueKeyOptions['merge']>;
  readonly says: readonly string[];
}[] = [
  {
    name: 'a touch trigger with max',
    // The other one does not name the column.
    schema: `${beforeUpdate('t', "new.at := '2030-01-01';")} ${beforeUpdate('t', 'perform 1;', '', 'other')}`,
    merge: { at: 'max', n: 'sum' },
    says: [
      't: 2 survivors have another value in at than the merge computed. | Trigger touch of t (BEFORE UPDATE, function touch())',
    ],
  },
  {
    name: 'a cap with sum',
    schema: beforeUpdate('t', 'new.n := least(new.n, 20);'),
    merge: { n: 'sum' },
    says: ['t: 1 survivor has another value in n than the merge computed. | Trigger touch of t'],
  },
  {
    name: 'one only WHEN, with columns of its own',
    schema: beforeUpdate('t', 'new.n := old.n; new.note := null;', 'when (new.n > 20)'),
    merge: { n: 'sum', note: 'concat' },
    says: ['t: 1 survivor has another value in n than', 't: 1 survivor has another value in note than'],
  },
  {
    name: 'one that keeps the row by RETURN NULL',
    schema: beforeUpdate('t', 'if old.k = 1 then return null; end if;'),
    merge: { n: 'sum' },
    says: ['t: 1 survivor has another value in n than'],
  },
  {
    name: 'one that keeps the row by RETURN OLD',
    schema: beforeUpdate('t', 'if old.k = 1 then return old; end if;'),
    merge: { n: 'sum', at: 'max' },
    says: ['t: 1 survivor has another value in n than', 't: 1 survivor has another value in at than'],
  },
  {
    name: 'none that changes what is merged',
    schema: beforeUpdate('t', 'new.note := null;'),
    merge: { n: 'sum', at: 'max' },
    says: [],
  },
  {
    name: 'none that is enabled',
    schema: `${beforeUpdate('t', 'new.n := 0;')} alter table t disable trigger touch`,
    merge: { n: 'sum' },
    says: [],
  },
];

describe('a trigger that gives a survivor another value than it takes', () => {
  test.each(takeTurns(MERGES))(
    '$name: it and the column are named, and the run continues ($strategy)',
    async (each) => {
      const { schema, merge, says, strategy } = each;
      const { sql } = db;
      await sql.unsafe(`${TABLE}${schema}`);
      const project = await makeRule(db, { table: 't', key: ['k'], merge }, { strategy });
      const report = await project.migrate();
      expect(report).toMatchObject({ verdict: 'ok', applied: [{}] });
      expect(report.exitCode).toBeUndefined();
      const told = report.findings.map(({ message, data }) => `${message} | ${String(data?.why)}`);
      expect(told).toEqual(says.map((text) => expect.stringContaining(text)));
      for (const { code, level, fix } of report.findings) {
        expect({ code, level }).toEqual({ code: 'MSGDB_VALUE_OVERWRITTEN', level: 'warning' });
        expect(fix).toContain('alter table "public"."t" disable trigger "touch"; afterwards: ');
      }
      expectOk(await project.verify());
      // What the trigger wrote is what is archived, so the rows are known again.
      await sql`alter table t disable trigger user`;
      expectOk(await project.rollback());
      expect(await column(sql, `select concat_ws(' ', id, n, at) from t order by id`)).toEqual([
        '1 10.0 2020-01-01 00:00:00',
        '2 20.5 2021-01-01 00:00:00',
        '3 1.0 2020-01-01 00:00:00',
        '4 2.0 2019-01-01 00:00:00',
        '5 1.0',
      ]);
    },
  );

  test.each([
    ['UPDATE of the row', 'update', 'update t set n = 0 where id = new.id and n <> 0;', ['10 0', '30 0']],
    ['UPDATE of another column, which is no matter', 'update', "update t set note = 'seen' where note is null;", []],
  ] as const)('AFTER %s', async (_, event, body, overwritten) => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int, n int, note text);
      insert into t values (10, 1, 1, null), (20, 1, 5, null), (30, 2, 1, null), (40, 2, 6, null);
      create function later() returns trigger language plpgsql as $$ begin ${body} return null; end $$;
      create trigger later after ${event} on t for each row execute function later()`);
    const { migrate } = await makeRule(db, { table: 't', key: ['k'], merge: { n: 'max' } }, { batchSize: 2 });
    const report = await migrate();
    expect(report).toMatchObject({ verdict: 'ok' });
    expect(report.findings.map(({ code, message, data }) => `${code} ${message} ${String(data?.why)}`)).toEqual(
      overwritten.length === 0
        ? []
        : [
            'MSGDB_VALUE_OVERWRITTEN t: 2 survivors have another value in n than the merge computed. ' +
              'Trigger later of t (AFTER UPDATE, function later()) sets it, or keeps the row as it was.',
          ],
    );
    if (overwritten.length > 0) {
      expect(await column(sql, `select concat_ws(' ', id, n) from t order by id`)).toEqual(overwritten);
    }
  });

  test('is told of though a later step fails: what was done before it stays', async () => {
    await db.sql.unsafe(`${TABLE}${beforeUpdate('t', 'new.n := 0;')}`);
    const rule = uniqueKey({ table: 't', key: ['k'], merge: { n: 'sum' }, limit: { share: 1 } });
    const later = script({ up: 'select 1 / 0', down: 'select 1' });
    const project = await makeProjectOf(db, [rule, later], { settings: { strategy: 'online' } });
    const report = await project.migrate();
    expect(report).toMatchObject({ verdict: 'failed', exitCode: 5 });
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_MIGRATION_FAILED', 'MSGDB_VALUE_OVERWRITTEN']);
    expect(report.findings[1]).toMatchObject({ level: 'warning', migration: '0001-the-test', table: 't' });
  });

  test('of one partition alone, and of a partition that the row moves to', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int, k int, n int, p int) partition by list (p);
      create table t1 partition of t for values in (1);
      create table t2 partition of t for values in (2);
      insert into t values (1, 1, 1, 1), (2, 1, 5, 1), (3, 2, 1, 1), (4, 2, 1, 2);
      ${beforeUpdate('t1', 'new.n := 0;')}
      create function born() returns trigger language plpgsql as $$ begin new.n := -1; return new; end $$;
      create trigger born before insert on t2 for each row execute function born()`);
    const rule = uniqueKey({ table: 't', key: ['k'], merge: { n: 'sum', p: 'max' }, limit: { share: 1 } });
    const { context } = await makeRule(db, { table: 't', key: ['k', 'p'] });
    const report = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
    expect(report).toMatchObject({ verdict: 'ok', targets: [{ deleted: 2, merged: 2 }] });
    expect(report.findings.map(({ message }) => message)).toEqual([
      't: 2 survivors have another value in n than the merge computed.',
    ]);
    expect(await column(sql, `select concat_ws(' ', id, n, p) from t order by id`)).toEqual(['1 0 1', '3 -1 2']);
  });

  test('of children that take values from their copies', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int);
      insert into t values (1, 1), (2, 1);
      create table item (t_id int references t, name text, n int, primary key (t_id, name));
      insert into item values (1, 'a', null), (2, 'a', 7);
      ${beforeUpdate('item', 'new.n := coalesce(new.n, 0) + 1;')}`);
    const references = [{ table: 'item', column: 't_id', onCollision: 'merge' }] as const;
    const report = await (await makeRule(db, { table: 't', key: ['k'], references })).migrate();
    expect(report.findings.map(({ message }) => message)).toEqual([
      'item: 1 survivor has another value in n than the merge computed.',
    ]);
  });

  test('in a script it is said by a warning', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE}${beforeUpdate('t', 'new.n := least(new.n, 20);')}`);
    const { context } = await makeRule(db, { table: 't', key: ['k'] });
    const script = await dedupeScript(context, {
      rule: uniqueKey({ table: 't', key: ['k'], merge: { n: 'sum', at: 'max' } }),
    });
    const notices: string[] = [];
    const client = connect(db.url, { onnotice: ({ message }) => notices.push(String(message)) });
    await client.unsafe(script).finally(async () => client.end());
    expect(notices.filter((text) => text.includes('another value'))).toEqual([
      '1 survivors of t have another value in n than was set',
    ]);
    expect(await column(sql, 'select n::text from t order by id')).toEqual(['20.0', '3.0', '1.0']);
  });
});

const MARKS = [
  {
    name: 'sets another value',
    does: "new.state := 'z';",
    findings: ['t: 1 marked row has another value in state than the rule sets.'],
  },
  {
    name: 'keeps what it had',
    does: 'new.state := old.state;',
    stops: /Losers of t still have the values that losers: \{ set \} was to change/,
  },
  {
    name: 'keeps it under the rule',
    does: 'new.gone := false;',
    stops: /Losers of t still have the values that losers/,
  },
  {
    name: 'keeps the row',
    does: 'if old.id > 0 then return null; end if;',
    stops: /Losers of t still have the values|to be removed, but only 0 were/,
  },
  { name: 'writes to another column, where a type rounds and pads', does: 'new.note := null;', findings: [] },
] as const;

describe('a trigger on losers that are marked', () => {
  test.each(takeTurns(MARKS))('one that $name ($strategy)', async ({ strategy, does, ...says }) => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int, gone bool not null default false, state char(5), n numeric(4, 1), note text);
      insert into t values (1, 1, false, 'a', 1), (2, 1, false, 'b', 1.2), (3, 2, false, 'c', 1);
      ${beforeUpdate('t', does)}`);
    const before = await readImages(sql);
    const losers = { set: { gone: true, state: 'dead', n: 1.23 } };
    const project = await makeRule(db, { table: 't', key: ['k'], where: 'not gone', losers }, { strategy });
    const report = await project.migrate();
    if ('stops' in says) {
      const [finding] = report.findings;
      expect(finding).toMatchObject({ code: 'MSGDB_STOPPED', message: expect.stringMatching(says.stops) });
      expect(finding?.data?.why).toContain(
        'Trigger touch of t (BEFORE UPDATE, function touch()) keeps rows as they were',
      );
      expect(await readImages(sql)).toEqual(before);
    } else {
      expect(report.verdict).toBe('ok');
      expect(report.findings.map(({ message }) => message)).toEqual(says.findings);
      expectOk(await project.rollback());
      expect(await readImages(sql)).toEqual(before);
    }
  });

  test('a value that a marked loser gives up is there for its survivor to take, in a unique index and in a constraint', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int, gone bool not null default false, code text unique, name text, exclude (name with =));
      insert into t values (1, 1, false, 'a', 'n'), (2, 1, false, 'b', 'o'), (3, 2, false, null, null), (4, 2, false, 'c', 'p'), (5, 3, false, 'd', 'q')`);
    const before = await readImages(sql);
    const rule = { table: 't', key: ['k'], where: 'not gone', merge: { code: 'max', name: 'max' } } as const;
    const project = await makeRule(db, { ...rule, losers: { set: { code: null, name: null, gone: true } } });
    expectOk(await project.migrate());
    expect(await column(sql, `select concat_ws(' ', id, code, name) from t order by id`)).toEqual([
      '1 b o',
      '2',
      '3 c p',
      '4',
      '5 d q',
    ]);
    await expectExactUndo(sql, project, before);
    // What it gets instead is not, nor is what it keeps.
    for (const set of [
      { code: 'c', name: null, gone: true },
      { gone: true, name: null },
    ]) {
      await cleanDatabase(sql);
      await sql.unsafe(`
        create table t (id int primary key, k int, gone bool not null default false, code text unique, name text);
        insert into t values (3, 2, false, null, null), (4, 2, false, 'c', 'p'), (5, 3, false, 'd', 'q')`);
      const report = await (await makeRule(db, { ...rule, losers: { set } })).migrate();
      expect(report.findings[0]?.message).toBe(
        'Merging would break the unique index t_code_key of t in 1 row of t, (id)=(3).',
      );
    }
  });
});

test.each([
  ['resets it', 'if old.id > 0 then new.p_id := old.p_id; end if;'],
  ['keeps the row', 'if old.id > 0 then return null; end if;'],
])('a reference that is filled again, and a trigger that %s: nothing is changed, and it is named', async (_, does) => {
  const { sql } = db;
  await sql.unsafe(`
    create table p (id int primary key, name text);
    create table c (id int primary key, name text, p_id int references p);
    insert into p values (1, 'a');
    insert into c values (1, 'a', null);
    ${beforeUpdate('c', does)}`);
  const project = await makeProjectOf(db, [relink({ table: 'c', column: 'p_id', to: 'p', match: { name: 'name' } })]);
  const [finding] = (await project.migrate()).findings;
  expect(finding).toMatchObject({
    code: 'MSGDB_STOPPED',
    message: expect.stringContaining('Rows of c.p_id do not have the reference that was found for them'),
    fix: expect.stringContaining('disable trigger "touch"'),
  });
  expect(await column(sql, 'select count(*) from msgdb.ledger')).toEqual(['0']);
});
