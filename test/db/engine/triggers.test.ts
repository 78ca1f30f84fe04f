import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dedupeScript } from '../../../src/commands/dedupe/dedupe-script.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { type TestRole, useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectExactUndo, expectOk, makeRule, readImages, STRATEGIES } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** Runs a statement after each deleted row, of a table. */
function afterDelete(table: string, does: string): string {
  return `
    create function after_delete() returns trigger language plpgsql as $$ begin ${does}; return null; end $$;
    create trigger after_delete after delete on ${table} for each row execute function after_delete();`;
}

describe('a trigger that writes to rows msgdb is working with', () => {
  test.each(STRATEGIES)(
    'the survivor still takes what it is to take when losers touch it as they go (%s)',
    async (strategy) => {
      const { sql } = db;
      await sql.unsafe(`
      create table t (id int primary key, k int, w int, gone int not null default 0);
      insert into t values (1, 1, null), (2, 1, 7), (3, 1, 9), (4, 2, null), (5, 2, 3);
      ${afterDelete('t', 'update t set gone = gone + 1 where k = old.k')}`);
      const before = await readImages(sql);
      const project = await makeRule(db, { table: 't', key: ['k'], merge: { w: 'max' } }, { strategy });
      const report = await project.migrate();
      expectOk(report);
      expect(await column(sql, `select concat_ws(' ', id, w) from t order by id`)).toEqual(['1 9', '4 3']);
      // What the trigger counted is its own; what msgdb changed is taken back.
      expectOk(await project.rollback());
      await sql`update t set gone = 0`;
      expect(await readImages(sql)).toEqual(before);
    },
  );

  test.each(STRATEGIES)(
    'rows are found again where each table that refers to them counts or touches them (%s)',
    async (strategy) => {
      const { sql } = db;
      await sql.unsafe(`
      create table t (id int primary key, k int, touched int not null default 0);
      create table a (id int primary key, t_id int references t, touched int not null default 0);
      create table b (id int primary key, t_id int references t, a_id int references a, n int, unique (t_id, n));
      create table c (id int primary key, t_ids int[]);
      create function touch() returns trigger language plpgsql as $$
      begin
        if tg_table_name = 'c' then update t set touched = touched + 1 where id = any (old.t_ids);
        else update t set touched = touched + 1 where id in (old.t_id, new.t_id); end if;
        if tg_table_name = 'b' then update a set touched = touched + 1 where id in (old.a_id, new.a_id); end if;
        return null;
      end $$;
      insert into t select i, i / 3 from generate_series(1, 8) i;
      insert into a select i, i from generate_series(1, 8) i;
      insert into b select i, i, i, i % 2 from generate_series(1, 8) i;
      insert into c select i, array[i, i % 8 + 1] from generate_series(1, 8) i;
      create trigger touch after update or delete on a for each row execute function touch();
      create trigger touch after update or delete on b for each row execute function touch();
      create trigger touch after update or delete on c for each row execute function touch();`);
      const before = await readImages(sql);
      const references = [{ table: 'c', column: 't_ids', kind: 'array' } as const];
      const project = await makeRule(db, { table: 't', key: ['k'], references }, { strategy });
      expectOk(await project.migrate());
      expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '3', '6']);
      expect(await column(sql, 'select t_id from a order by id')).toEqual(['1', '1', '3', '3', '3', '6', '6', '6']);
      expect(await column(sql, `select concat_ws(' ', id, t_id) from b order by id`)).toEqual([
        '1 1',
        '2 1',
        '3 3',
        '4 3',
        '6 6',
        '7 6',
      ]);
      expect(await column(sql, "select array_to_string(t_ids, ',') from c order by id")).toEqual([
        '1',
        '1,3',
        '3',
        '3',
        '3,6',
        '6',
        '6',
        '6,1',
      ]);
      // What the triggers counted is their own; what msgdb changed is taken back.
      expectOk(await project.rollback());
      await sql.unsafe('update a set touched = 0; update t set touched = 0');
      expect(await readImages(sql)).toEqual(before);
    },
  );

  test.each(
    STRATEGIES.flatMap((strategy) =>
      (['archive', 'delete', { set: { k: { expression: 'null' } } }] as const).map((losers) => ({ strategy, losers })),
    ),
  )('the survivor is not lost when it goes with its copies ($strategy, $losers)', async ({ strategy, losers }) => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int);
      insert into t values (1, 1), (2, 1), (3, 2);
      ${afterDelete('t', 'delete from t where k = old.k')}
      create trigger after_update after update on t for each row execute function after_delete()`);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 't', key: ['k'], losers }, { strategy });
    const report = await project.migrate();
    expect(report.findings[0]?.message).toMatch(/A trigger moved or removed rows of t/);
    expect(await readImages(sql)).toEqual(before);
  });

  test.each(
    STRATEGIES.flatMap((strategy) =>
      ['insert into profile (t_id)', 'INSERT  INTO public."profile"(t_id)'].map((insert) => ({ strategy, insert })),
    ),
  )('rows that a trigger makes for each new row come back as they were ($strategy, $insert)', async (each) => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int);
      create table profile (t_id int primary key references t on delete cascade, bio text);
      create table log (t_id int);
      create function make_profile() returns trigger language plpgsql as $$
        begin ${each.insert} values (new.id); return null; end $$;
      create function note() returns trigger language plpgsql as $$
        begin insert into log values (new.id); return null; end $$;
      create trigger make_profile after insert on t for each row execute function make_profile();
      alter table t enable always trigger make_profile;
      create trigger note after insert on t for each row execute function note();
      insert into t select i, i / 2 from generate_series(1, 7) i;
      update profile set bio = 'of ' || t_id; truncate log`);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy: each.strategy });
    expectOk(await project.migrate());
    expect(await column(sql, 'select t_id from profile order by 1')).toEqual(['1', '2', '4', '6']);
    expectOk(await project.rollback());
    expect(await column(sql, 'select t_id from log order by 1')).toEqual(['3', '5', '7']);
    await sql`truncate log`;
    expect(await readImages(sql)).toEqual(before);
    expect(
      await column(sql, `select tgenabled from pg_trigger where tgname in ('make_profile', 'note') order by tgname`),
    ).toEqual(['A', 'O']);
  });

  test.each(STRATEGIES)('without a primary key the batch is undone rather than lose it (%s)', async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int, k int, w int, gone int not null default 0);
      insert into t values (1, 1, null), (2, 1, 7);
      ${afterDelete('t', 'update t set gone = gone + 1 where k = old.k')}`);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 't', key: ['k'], merge: { w: 'max' } }, { strategy });
    const report = await project.migrate();
    expect(report.findings[0]?.message).toMatch(/A trigger moved or removed rows of t/);
    expect(await readImages(sql)).toEqual(before);
  });

  test.each(['foreign-key', 'soft'] as const)(
    'children that a trigger renumbers while their copies go are re-pointed all the same (%s)',
    async (kind) => {
      const { sql } = db;
      await sql.unsafe(`
        create table t (id int primary key, k int);
        insert into t values (1, 1), (2, 1);
        create table item (id int primary key, t_id int ${kind === 'soft' ? '' : 'references t on delete cascade'}, name text, place int,
          unique (t_id, name));
        insert into item values (1, 1, 'a', 1), (2, 2, 'a', 1), (3, 2, 'b', 2), (4, 2, 'c', 3);
        ${afterDelete('item', 'update item set place = place - 1 where t_id = old.t_id and place > old.place')}`);
      const references = kind === 'soft' ? { references: [{ table: 'item', column: 't_id', kind }] } : {};
      const project = await makeRule(db, { table: 't', key: ['k'], ...references });
      expectOk(await project.migrate());
      expect(await column(sql, `select concat_ws(' ', id, t_id) from item order by id`)).toEqual(['1 1', '3 1', '4 1']);
      expectOk(await project.rollback());
      expect(await column(sql, `select concat_ws(' ', id, t_id) from item order by id`)).toEqual([
        '1 1',
        '2 2',
        '3 2',
        '4 2',
      ]);
    },
  );
});

test('a copy among soft children that a trigger keeps is in the way, rather than left behind', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int);
    insert into t values (1, 1), (2, 1);
    create table item (id int primary key, t_id int, name text, unique (t_id, name));
    insert into item values (1, 1, 'a'), (2, 2, 'a');
    create function keep() returns trigger language plpgsql as $$
    begin if old.id > 0 then return null; end if; return old; end $$;
    create trigger keep before delete on item for each row execute function keep()`);
  const before = await readImages(sql);
  const references = [{ table: 'item', column: 't_id', kind: 'soft' }] as const;
  const project = await makeRule(db, { table: 't', key: ['k'], references });
  expect((await project.migrate()).verdict).toBe('failed');
  expect(await readImages(sql)).toEqual(before);
});

test('an array that holds a row twice is left alone when another array loses a copy to that row', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int);
    insert into t values (1, 1), (2, 1), (3, 3), (4, 3);
    create table bag (id int primary key, t_ids int[]);
    insert into bag values (1, '{1,1,4}'), (2, '{2}'), (3, '{2,1,2}')`);
  const before = await readImages(sql);
  const project = await makeRule(db, {
    table: 't',
    key: ['k'],
    references: [{ table: 'bag', column: 't_ids', kind: 'array' }],
  });
  expectOk(await project.migrate());
  expect(await column(sql, 'select t_ids::text from bag order by id')).toEqual(['{1,1,3}', '{1}', '{1}']);
  await expectExactUndo(sql, project, before);
});

test('a script that is run with another client stops, too, where a trigger keeps a row', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int);
    insert into t values (1, 1), (2, 1);
    create function keep() returns trigger language plpgsql as $$
    begin if old.id > 0 then return null; end if; return old; end $$;
    create trigger keep before delete on t for each row execute function keep()`);
  const { context } = await makeRule(db, { table: 't', key: ['k'] });
  const script = await dedupeScript(context, { rule: uniqueKey({ table: 't', key: ['k'] }) });
  await expect(db.open().unsafe(script)).rejects.toThrow('Rows of t that were to be removed are still there.');
  expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '2']);
});

describe('a trigger that writes a copy of what is removed', () => {
  const ZOMBIES = `
    create table zomb (id serial primary key, k text);
    insert into zomb (k) select 'k' || i % 5 from generate_series(1, 10) i;`;
  const AUDIT = `
    create table log (k text);
    create function audit() returns trigger language plpgsql as $$ begin insert into log values (old.k); return null; end $$;
    create trigger audit after delete on zomb for each row execute function audit();`;
  const RISING = [
    {
      name: 'for each row',
      schema: `${AUDIT}${afterDelete('zomb', 'insert into zomb (k) values (old.k)')}`,
      message: /Trigger after_delete of zomb \(AFTER DELETE, function after_delete\(\)\) writes new copies into zomb/,
      fix: 'Disable it while msgdb works: alter table "public"."zomb" disable trigger "after_delete"; afterwards: alter table "public"."zomb" enable trigger "after_delete";',
    },
    {
      name: 'for each statement, by another function',
      schema: `
        create function fill() returns void language sql as $$ insert into zomb (k) select k from zomb limit 1 $$;
        create function refill() returns trigger language plpgsql as $$ begin perform fill(); return null; end $$;
        create trigger refill after delete on zomb for each statement execute function refill()`,
      message: /Trigger refill of zomb \(AFTER DELETE, function refill\(\)\) writes new copies into zomb/,
      fix: 'alter table "public"."zomb" disable trigger "refill";',
    },
    {
      name: 'one of two that may, as neither says so',
      schema: `${AUDIT}
        create function fill() returns void language sql as $$ insert into zomb (k) select k from zomb limit 1 $$;
        create function refill() returns trigger language plpgsql as $$ begin perform fill(); return null; end $$;
        create trigger refill after delete on zomb for each statement execute function refill();
        alter table zomb enable always trigger refill`,
      message: /One of the triggers audit of zomb .*, refill of zomb .* writes new copies into zomb/,
      fix: 'enable always trigger "refill";',
    },
  ];

  test.each(RISING)('$name: under the lock it is named, and nothing is changed', async ({ schema, message, fix }) => {
    const { sql } = db;
    await sql.unsafe(`${ZOMBIES} ${schema}`);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 'zomb', key: ['k'] }, { strategy: 'locked' });
    const report = await project.migrate();
    expect(report.findings[0]).toMatchObject({
      message: expect.stringMatching(message),
      fix: expect.stringContaining(fix),
    });
    expect(await readImages(sql)).toEqual(before);
  });

  test.each([
    ['a limit ends at the rows that there were', 'reject' as const, 0],
    ['many passes', 'none' as const, 200],
    ['a fence, which is not for the user to disable', 'reject' as const, 200],
  ])('online it is named, and no lock is advised (%s)', async (_, fence, more) => {
    const { sql } = db;
    await sql.unsafe(`${ZOMBIES} ${AUDIT} ${afterDelete('zomb', 'insert into zomb (k) values (old.k)')};
      insert into zomb (k) select i from generate_series(1, ${more}) i`);
    const project = await makeRule(
      db,
      { table: 'zomb', key: ['k'], limit: { losers: 3000 } },
      { strategy: 'online', fence },
    );
    const [finding] = (await project.migrate()).findings;
    expect(`${finding?.message} ${finding?.data?.why}`).toContain('rigger after_delete of zomb');
    expect(finding?.fix).toContain('alter table "public"."zomb" disable trigger "after_delete";');
    expect(finding?.fix).not.toMatch(/strategy locked|msgdb_/);
    // No more than there were rows when it was planned.
    expect(Number((await column(sql, 'select count(*) from log'))[0])).toBeLessThanOrEqual(10 + more);
  });

  test('a tree that takes many passes is settled under the lock, though triggers fire', async () => {
    const { sql } = db;
    const tree = `
      create table zomb (id serial primary key, k text, parent int references zomb);
      insert into zomb values (1, 'r', null), (2, 'r', null), (3, 'a', 1), (4, 'a', 2), (5, 'b', 3), (6, 'b', 4), (7, 'c', 5), (8, 'c', 6);
      select setval('zomb_id_seq', 8);`;
    await sql.unsafe(`${tree} ${AUDIT}`);
    const rule = { table: 'zomb', key: ['parent', 'k'], nulls: 'not distinct' } as const;
    const project = await makeRule(db, rule, { strategy: 'locked' });
    expectOk(await project.migrate());
    expect(await column(sql, 'select id from zomb order by id')).toEqual(['1', '3', '5', '7']);
    await cleanDatabase(sql);
    await sql.unsafe('drop schema if exists msgdb cascade');
    await sql.unsafe(`${tree} ${afterDelete('zomb', 'insert into zomb (k, parent) values (old.k, old.parent)')}`);
    const report = await (await makeRule(db, rule, { strategy: 'locked' })).migrate();
    expect(report.findings[0]?.message).toContain('Trigger after_delete of zomb');
    expect(await column(sql, 'select id from zomb order by id')).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });
});

/** `forbid()`: a function that any trigger may call. */
const FORBID = `
  create schema audit;
  create function audit.forbid() returns trigger language plpgsql as $$
  begin
    if tg_nargs = 0 or old.id::text = any(tg_argv) then
      raise exception 'It is append-only' using hint = 'Book a correction.', errcode = '42501';
    end if;
    return case tg_op when 'DELETE' then old else new end;
  end $$;
  create table t (id int primary key, k int);
  insert into t values (1, 1), (2, 1), (3, 2), (4, 2);`;

const RAISING = [
  {
    name: 'of a child that is re-pointed, one of many with the same function',
    schema: `
      create table ledger (id int primary key, t_id int references t);
      create table other (id int primary key);
      insert into ledger values (7, 4);
      create trigger final before update or delete on ledger for each row execute function audit.forbid('7');
      create trigger final before update on other for each row execute function audit.forbid();
      create trigger first before update on t for each row execute function audit.forbid()`,
    who: 'Trigger final of ledger (BEFORE UPDATE or DELETE, function audit.forbid())',
    where: 'at UPDATE of ledger',
  },
  {
    name: 'of a losers table, after the removal',
    schema: `create trigger no_delete after delete on t for each row execute function audit.forbid('4')`,
    who: 'Trigger no_delete of t (AFTER DELETE, function audit.forbid())',
    where: 'at DELETE from t',
  },
  {
    name: 'of a table that another trigger writes to',
    schema: `
      create table log (id int primary key);
      insert into log values (2), (4);
      ${afterDelete('t', 'delete from log where id = old.id')}
      create trigger final before delete on log for each row execute function audit.forbid('4')`,
    who: 'Trigger final of log (BEFORE DELETE, function audit.forbid()), which trigger after_delete of t (AFTER DELETE, function after_delete()) set off,',
    where: 'at DELETE from t',
  },
  {
    name: 'of a table whose rows go along by ON UPDATE CASCADE',
    schema: `
      create table item (t_id int references t, id int, primary key (t_id, id));
      create table note (t_id int, item int, id int, foreign key (t_id, item) references item on update cascade);
      insert into item values (2, 1), (4, 1);
      insert into note values (4, 1, 9);
      create trigger final before update on note for each row execute function audit.forbid('9')`,
    who: 'Trigger final of note (BEFORE UPDATE, function audit.forbid())',
    where: 'at UPDATE of item',
  },
  {
    name: 'when the transaction ends',
    schema: `
      create constraint trigger late after delete on t initially deferred for each row execute function audit.forbid('4')`,
    who: 'Trigger late of t (AFTER DELETE, function audit.forbid())',
    where: 'when deferred constraints and triggers were due',
  },
] as const;

describe('a trigger that forbids a change in words of its own', () => {
  test.each(RAISING)('$name: is named, with the statement and what was undone', async ({ schema, who, where }) => {
    const { sql } = db;
    await sql.unsafe(`${FORBID}${schema}`);
    const before = await readImages(sql);
    const migrations: string[] = [];
    for (const strategy of STRATEGIES) {
      const settings = { strategy, batchSize: 2 };
      const report = await (await makeRule(db, { table: 't', key: ['k'] }, settings)).migrate();
      // Not 3: it is no privilege that is missing.
      expect(report).toMatchObject({ exitCode: 5, findings: [{ code: 'MSGDB_MIGRATION_FAILED' }] });
      const [{ message, fix, data } = { message: '', fix: '' }] = report.findings;
      expect(message).toContain(`${who} stopped the run: It is append-only. (SQLSTATE 42501)`);
      expect(data?.why).toContain('Book a correction. PL/pgSQL function audit.forbid() line ');
      expect(data?.why).toContain(`It happened in the step "Remove 2 excess rows in 2 groups from t", ${where}. The `);
      expect(fix).toMatch(/alter table "public"\."\w+" disable trigger "\w+"; afterwards: .* enable trigger/);
      migrations.push(`${message} ${String(data?.why)}`);
      if (strategy === 'locked') expect(await readImages(sql)).toEqual(before);
    }
    expect(migrations[0]).toMatch(/The transaction was rolled back: the step has changed nothing\.$/);
    // The first batch was done by then.
    expect(migrations[1]).toMatch(
      /1 row had been removed by then, and is archived under run .* The batch was rolled back\. Done before it, and kept: (1 row of item changed, )?1 row of t removed(, 1 row of item changed)?\.$/,
    );
    expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '3', '4']);
  });

  test('one that keeps rows is named as well', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table t (id int primary key, k int);
      insert into t values (1, 1), (2, 1);
      create function keep() returns trigger language plpgsql as $$
    begin if old.id > 0 then return null; end if; return old; end $$;
      create trigger kept before delete on t for each row execute function keep();
      create trigger looks_on before insert on t for each row execute function keep()`);
    const before = await readImages(sql);
    const report = await (await makeRule(db, { table: 't', key: ['k'] })).migrate();
    expect(report.findings[0]?.message).toContain('1 row was to be removed, but only 0 were; the batch was undone.');
    expect(report.findings[0]?.data?.why).toBe(
      'Trigger kept of t (BEFORE DELETE, function keep()) keeps rows as they were: it gives back NULL.',
    );
    expect(await readImages(sql)).toEqual(before);
  });
});

/** `forbid()` raises for every UPDATE and DELETE, `keep()` keeps every row. */
const FORESEEN = `
  create function forbid() returns trigger language plpgsql as $$
  begin
    perform 1;
    if tg_op = 'INSERT' then return new; elsif tg_op in ('UPDATE', 'DELETE') then raise exception 'Row % is final', old.id; end if;
    return null;
  end $$;
  create function keep() returns trigger language plpgsql as $$ begin if tg_op = 'UPDATE' then return old; end if; return null; end $$;
  create table t (id int primary key, k int, v int);
  insert into t values (1, 1, 1), (2, 1, 2), (3, 2, 3);
  create table item (id int primary key, t_id int, n int, unique (t_id, n));
  insert into item values (1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 3, 1);`;

const SEEN_AHEAD = [
  {
    trigger: 'before update or insert on item for each row execute function forbid()',
    says: /^Re-pointing item\.t_id would be stopped: trigger x of item \(function forbid\(\)\) raises "Row % is final" for 1 row, \(id\)=\(3\)\.$/,
  },
  {
    trigger: 'after update of t_id on item for each statement execute function forbid()',
    says: /^Re-pointing item\.t_id would be stopped: trigger x of item .* raises "Row % is final" for the statement that changes 1 row\.$/,
  },
  {
    trigger: 'before delete on item for each statement execute function forbid()',
    says: /^Removing rows of item\.t_id that are in the way would be stopped: .* for the statement that changes 1 row\.$/,
  },
  {
    trigger: 'before delete on item for each statement execute function forbid()',
    without: 'delete from item where n = 1',
    says: undefined,
  },
  {
    trigger: 'after update or delete on item for each statement execute function forbid()',
    without: 'delete from item where t_id = 2',
    says: undefined,
  },
  {
    trigger: 'before update on t for each statement execute function forbid()',
    rule: { merge: { v: 'min' as const } },
    says: undefined,
  },
  {
    trigger: 'before update on item for each row when (old.n = 2 and new.t_id = 1) execute function forbid()',
    says: /^Re-pointing item\.t_id would be stopped: .* for 1 row, \(id\)=\(3\)\.$/,
  },
  {
    trigger: 'before update on item for each row when (old.n = 1) execute function forbid()',
    says: undefined,
  },
  {
    trigger: 'after update on item for each row when (old.* is distinct from new.*) execute function forbid()',
    says: /^Re-pointing item\.t_id would be stopped: .* for 1 row, \(id\)=\(3\)\.$/,
  },
  {
    trigger: 'before update on item for each row when (old.n is distinct from new.n) execute function forbid()',
    says: undefined,
  },
  {
    trigger: 'before delete on item for each row when (old.id = 2) execute function keep()',
    says: /^Removing rows of item\.t_id that are in the way would have no effect: .* keeps 1 row, \(id\)=\(2\), as it is\.$/,
  },
  {
    trigger: 'before delete on t for each row when (old.v > 2) execute function forbid()',
    says: undefined,
  },
  {
    trigger: 'before delete on t for each row when (pg_trigger_depth() = 0) execute function forbid()',
    says: /^Removing losers would be stopped: .* for 1 row, \(id\)=\(2\)\.$/,
  },
  {
    trigger: 'before update on t for each row when (new.v > old.v) execute function forbid()',
    rule: { merge: { v: 'max' as const } },
    says: /^Merging would be stopped: .* for 1 row, \(id\)=\(1\)\.$/,
  },
  {
    trigger: 'before update on item for each row when (1 / (new.t_id - 1) > 0) execute function forbid()',
    says: /^Trigger x of item cannot be checked for the rows that would change: .*division by zero/is,
  },
  {
    trigger: 'before delete on item for each statement execute function forbid()',
    without: 'alter table item drop constraint item_t_id_n_key',
    says: undefined,
  },
  {
    trigger: 'before delete on item for each row execute function keep()',
    says: /^Removing rows of item\.t_id that are in the way would have no effect: trigger x of item \(function keep\(\)\) keeps 1 row, \(id\)=\(2\), as it is\.$/,
  },
  {
    trigger: 'before update on item for each row execute function keep()',
    says: /^Re-pointing item\.t_id would have no effect: .* keeps 1 row, \(id\)=\(3\)/,
  },
  {
    trigger: 'after delete on t for each row execute function forbid()',
    says: /^Removing losers would be stopped: trigger x of t .* for 1 row, \(id\)=\(2\)\.$/,
  },
  {
    trigger: 'before update on t for each row execute function forbid()',
    rule: { merge: { v: 'max' as const } },
    says: /^Merging would be stopped: trigger x of t .* for 1 row, \(id\)=\(1\)\.$/,
  },
  { trigger: 'before update of id, n on item for each row execute function forbid()', says: undefined },
  { trigger: 'after delete on item for each row execute function keep()', says: undefined },
  { trigger: 'before insert on item for each row execute function keep()', says: undefined },
] as const;

describe('a trigger whose function lets no row be changed, whatever is in it', () => {
  test.each(SEEN_AHEAD)('refuses the plan, where it would fire: $trigger', async ({ trigger, says, ...more }) => {
    const { sql } = db;
    await sql.unsafe(`${FORESEEN} ${'without' in more ? more.without : ''}; create trigger x ${trigger}`);
    const before = await readImages(sql);
    const references = [{ table: 'item', column: 't_id', kind: 'soft' }] as const;
    const project = await makeRule(db, { table: 't', key: ['k'], references, ...('rule' in more ? more.rule : {}) });
    const report = await project.migrate();
    if (says === undefined) return expectOk(report);
    expect(report).toMatchObject({ verdict: 'findings', exitCode: 1 });
    expect(report.findings[0]?.message.replace(/^.* was refused: /, '')).toMatch(says);
    expect(report.findings[0]?.fix).toContain('disable trigger "x"; afterwards: alter table');
    expect(await readImages(sql)).toEqual(before);
  });
});

/** Statements that foreign keys send, though no row is there for them. */
const SENT = [
  {
    child: 'log (id int, t_id int references t on delete cascade)',
    trigger: 'before delete on log for each statement',
    says: /^Removing losers would be stopped: trigger x of log \(function forbid\(\)\) raises "Row % is final" for the DELETE that ON DELETE CASCADE sends for each row, whether or not others refer to it\.$/,
  },
  {
    child: 'log (id int, item_id int references item on delete set null)',
    trigger: 'after update of item_id on log for each statement',
    says: /^Removing rows of item\.t_id that are in the way would be stopped: .* for the UPDATE that ON DELETE SET NULL sends/,
  },
  {
    child: 'log (id int, v int references t (v) on update cascade)',
    trigger: 'before update on log for each statement',
    says: /^Merging would be stopped: .* for the UPDATE that ON UPDATE CASCADE sends/,
  },
  {
    child:
      'log (id int, item_id int, t_id int, foreign key (item_id, t_id) references item (id, t_id) on update cascade)',
    trigger: 'before update of item_id on log for each statement',
    says: /^Re-pointing item\.t_id would be stopped: .* for the UPDATE that ON UPDATE CASCADE sends/,
  },
  {
    child: 'log (id int, t_id int references t on delete cascade)',
    trigger: 'before update on log for each statement',
    says: undefined,
  },
  {
    child: 'log (id int, t_id int references t on delete restrict)',
    trigger: 'before delete on log for each statement',
    says: undefined,
  },
] as const;

test.each(SENT)('a statement that a foreign key sends sets off $trigger', async ({ child, trigger, says }) => {
  const { sql } = db;
  await sql.unsafe(`${FORESEEN} alter table t add unique (v); alter table item add unique (id, t_id);
    create table ${child}; create trigger x ${trigger} execute function forbid()`);
  const before = await readImages(sql);
  const references = [{ table: 'item', column: 't_id', kind: 'soft' }] as const;
  const project = await makeRule(db, { table: 't', key: ['k'], references, merge: { v: { expression: 'max(v)' } } });
  const report = await project.migrate();
  if (says === undefined) return expectOk(report);
  expect(report.findings.map(({ message }) => message.replace(/^.* was refused: /, ''))).toEqual([
    expect.stringMatching(says),
  ]);
  expect(report.findings[0]?.fix).toContain('disable trigger "x"; afterwards: alter table');
  expect(await readImages(sql)).toEqual(before);
});

describe('row security or a rule', () => {
  let role: TestRole;
  beforeAll(async () => {
    role = await db.createRole('app');
  });

  test.each([
    ['hides a grandchild', 'note', 'alter table note enable row level security'],
    ['a rule drops an UPDATE of a grandchild', 'note', 'create rule r as on update to note do instead nothing'],
    [
      'a rule turns the removal of a child into something else',
      'item',
      'create rule r as on delete to item do also select 1',
    ],
    ['hides the table itself', 't', 'alter table t enable row level security'],
  ])('refuses the plan: %s', async (_, table, change) => {
    const { sql } = db;
    await sql.unsafe(`
    create table t (id int primary key, k int);
    insert into t values (1, 1), (2, 1);
    create table item (t_id int references t, n int, primary key (t_id, n));
    create table note (t_id int, n int, foreign key (t_id, n) references item on update cascade);
    insert into item values (2, 1); insert into note values (2, 1);
    ${change};
    grant all on schema public to ${role.name}; grant all on all tables in schema public to ${role.name};
    grant create on database ${db.name} to ${role.name}`);
    const before = await readImages(sql);
    const project = await makeRule({ url: role.url }, { table: 't', key: ['k'] });
    const look = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
    expect(look.findings.map(({ message }) => message).join()).toMatch(
      new RegExp(
        `Row-level security hides rows of ${table}\\b|^${table} has rules \\(r\\)|,${table} has rules \\(r\\)`,
      ),
    );
    expect((await project.migrate()).verdict).toBe('findings');
    expect(await readImages(sql)).toEqual(before);
  });
});
