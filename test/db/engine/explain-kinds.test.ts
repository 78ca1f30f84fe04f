import { beforeEach, describe, expect, test } from 'vitest';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { explain, MESSAGES } from './explained.ts';
import { cleanDatabase, makeProjectOf } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
});

describe('keys of every kind', () => {
  const pairs = `select i, now() - i * interval '1 minute' from generate_series(1, 6) i`;
  const cases: readonly { readonly name: string; readonly table: string; readonly rule: Partial<UniqueKeyOptions> }[] =
    [
      {
        name: 'an expression',
        table: `create table messages (key text, created_at timestamptz);
        insert into messages select case when i % 2 = 0 then 'A' else 'a' end || i / 2, at from (${pairs}) p (i, at)`,
        rule: { key: [{ expression: 'lower(key)' }] },
      },
      {
        name: 'a predicate, and columns named like those of the statement',
        table: `create table messages (grp int, tab text, tid int, hash int, place int, leader int, at timestamptz, tx int);
        insert into messages (grp, tab, tid, at) select i / 2, 't', i, at from (${pairs}) p (i, at)`,
        rule: { key: ['grp', 'tab'], where: 'tid > 0' },
      },
      {
        name: 'NULLs that are copies of each other',
        table: `create table messages (key text, other text, created_at timestamptz);
        insert into messages select nullif('k' || i / 2, 'k1'), 'x', at from (${pairs}) p (i, at)`,
        rule: { key: ['key', 'other'], nulls: 'not distinct' },
      },
      {
        name: 'a type without a hash',
        table: `create table messages (key money, created_at timestamptz);
        insert into messages select i / 2, at from (${pairs}) p (i, at)`,
        rule: {},
      },
      {
        name: 'an index that has the key sorted',
        table: `create table messages (key text, created_at timestamptz); create index on messages (key, created_at);
        insert into messages select 'k' || i / 2, at from (${pairs}) p (i, at)`,
        rule: {},
      },
      {
        name: 'a type whose equality is not that of its text',
        table: `create table messages (key numeric, created_at timestamptz);
        insert into messages select (i / 2 || case when i % 2 = 0 then '.0' else '.00' end)::numeric, at
          from (${pairs}) p (i, at)`,
        rule: {},
      },
      {
        name: 'a partitioned table, whose partitions have their places each for themselves',
        table: `create table messages (key int, created_at timestamptz) partition by hash (key);
        create table m0 partition of messages for values with (modulus 2, remainder 0);
        create table m1 partition of messages for values with (modulus 2, remainder 1);
        insert into messages select i / 2, at from (${pairs}) p (i, at)`,
        rule: {},
      },
    ];

  test.each(cases)('$name', async ({ table, rule }) => {
    await db.sql.unsafe(table);
    const why = await explain(db, rule);
    expect(why).toMatchObject({ groups: 2, rows: 4 });
    expect(why.gaps).toEqual([{ gap: '1h', pairs: 2, sameTransaction: 2 }]);
  });
});

describe('the time column', () => {
  test.each([
    ['bigint', 'epoch milliseconds', `1700000000000`, `1700000000005`, '10ms', 'millisecond'],
    ['integer', 'epoch seconds', `1700000000`, `1700000030`, '1min', 'second'],
    ['timestamp', 'without a time zone', `'2024-01-01 10:00'`, `'2024-01-01 10:30:00.5'`, '1h', 'millisecond'],
    ['date', 'of days', `'2024-01-01'`, `'2024-01-02'`, '30days', 'day'],
  ])('may be %s: %s', async (type, _name, one, other, gap, precision) => {
    await db.sql.unsafe(`create table messages (id int primary key, key text, created_at ${type});
      insert into messages values (1, 'k', ${one}), (2, 'k', ${other})`);
    const why = await explain(db);
    expect(why.gaps).toEqual([{ gap, pairs: 1, sameTransaction: 1 }]);
    expect(why.precision).toBe(precision);
    expect(why.growth?.lastAgeSeconds === null).toBe(type === 'timestamp' || type === 'date');
  });

  test('may be a domain over one', async () => {
    await db.sql.unsafe(`create domain moment as timestamptz(3) not null; create table messages (key text, at moment);
      insert into messages values ('k', '2024-01-01'), ('k', '2024-01-02')`);
    expect(await explain(db)).toMatchObject({ time: { column: 'at', form: 'timestamptz' }, precision: 'day' });
  });

  test('may hold what is no time', async () => {
    await db.sql.unsafe(`${MESSAGES}; insert into messages (key, created_at)
      values ('k', null), ('k', 'infinity'), ('k', '-infinity'), ('k', '20000-01-01'), ('k', now())`);
    const why = await explain(db);
    expect(why).toMatchObject({ rows: 5, rowsWithoutTime: 4, gaps: [], growth: null });
  });

  test('is empty where nothing says a time; transactions and columns are shown all the same', async () => {
    await db.sql.unsafe(`create table messages (key text, body text);
      insert into messages values ('k', 'one'), ('k', 'two')`);
    expect(await explain(db)).toMatchObject({
      time: null,
      gaps: [],
      growth: null,
      sameTransaction: { groups: 1 },
      differs: [{ column: 'body', groups: 1, filledOnce: 0 }],
    });
  });

  test('is the one that is named', async () => {
    await db.sql.unsafe(`create table messages (key text, created_at timestamptz, "Gone" timestamptz);
      insert into messages values ('k', '2024-01-01', '2024-01-01'), ('k', '2024-01-01', '2024-03-01')`);
    expect(await explain(db, {}, '"Gone"')).toMatchObject({ time: { column: 'Gone' }, gaps: [{ gap: 'more' }] });
    await expect(explain(db, {}, 'nothing')).rejects.toMatchObject({ code: 'MSGDB_COLUMN_NOT_FOUND' });
    await expect(explain(db, {}, 'key')).rejects.toMatchObject({ code: 'MSGDB_USAGE', fix: /created_at, Gone/ });
  });

  test('that one table of the migrations has may be missing in another', async () => {
    await db.sql.unsafe(`create table messages (key text, arrived timestamptz);
      create table others (key text, created_at timestamptz);
      insert into messages values ('k', now()), ('k', now());
      insert into others values ('k', now()), ('k', now())`);
    const rules = ['messages', 'others'].map((table) => uniqueKey({ table, key: ['key'] }));
    const { context } = await makeProjectOf(db, rules);
    const { targets } = await findDuplicates(context, { samples: 0, explain: { by: 'arrived' } });
    expect(targets.map(({ why }) => why?.time?.column)).toEqual(['arrived', 'created_at']);
  });
});
