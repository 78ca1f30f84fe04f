import { beforeEach, describe, expect, test } from 'vitest';
import type { Gap, WhyReport } from '../../../src/model/why.ts';
import { explainCopies } from '../../../src/sql/explain/explain-copies.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { explain, look, MESSAGES } from './explained.ts';
import { cleanDatabase } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
});

describe('copies that came', () => {
  test('at once, in sessions of their own, lie milliseconds apart, in transactions of their own', async () => {
    await db.sql.unsafe(MESSAGES);
    const sessions = [db.open(), db.open(), db.open()];
    for (let turn = 0; turn < 20; turn += 1) {
      await Promise.all(sessions.map((session) => session`insert into messages (key) values (${`k${turn}`})`));
    }
    const why = await explain(db);
    expect(why).toMatchObject({ groups: 20, rows: 60, sample: false, time: { column: 'created_at' } });
    expect(why.gaps.every(({ gap }) => ['same', '10ms', '1s'].includes(gap))).toBe(true);
    expect(pairsOf(why)).toBe(40);
    expect(why.sameTransaction).toEqual({ groups: 0, transactions: 0, mostGroups: 0 });
    expect(why.reading[0]).toMatch(/^(Most|All) copies arrive within (10 ms|a second) of each other/);
    expect(why.reading).toContainEqual(expect.stringMatching(/^It continues: the last copy came \d+ seconds? ago\.$/));
  });

  test('in one transaction have equal xmin and, by now(), the same time', async () => {
    await db.sql.unsafe(MESSAGES);
    for (let turn = 0; turn < 5; turn += 1) {
      await db.sql`insert into messages (key) values (${`k${turn}`}), (${`k${turn}`}), (${`k${turn}`})`;
    }
    const why = await explain(db);
    expect(why.gaps).toEqual([{ gap: 'same', pairs: 10, sameTransaction: 10 }]);
    expect(why.sameTransaction).toEqual({ groups: 5, transactions: 5, mostGroups: 1 });
    expect(why.reading[0]).toContain('were written by the same transaction');
  });

  test('in one transaction behind savepoints have each an xmin of its own', async () => {
    await db.sql.unsafe(MESSAGES);
    await db.sql.begin(async (tx) => {
      for (const savepoint of ['one', 'two']) {
        await tx.unsafe(`savepoint ${savepoint}; insert into messages (key) values ('k'); release ${savepoint}`);
      }
    });
    const why = await explain(db);
    expect(why.gaps).toEqual([{ gap: 'same', pairs: 1, sameTransaction: 0 }]);
    expect(why.sameTransaction.groups).toBe(0);
  });

  test('by a bulk load say nothing by their xmin', async () => {
    await db.sql.unsafe(`${MESSAGES}; insert into messages (key, created_at)
      select 'k' || i % 50, now() - i * interval '1 hour' from generate_series(1, 100) i`);
    const why = await explain(db);
    expect(why.sameTransaction).toEqual({ groups: 50, transactions: 1, mostGroups: 50 });
    expect(why.reading).toContainEqual(
      expect.stringMatching(/^One transaction wrote copies of 50 groups: a bulk load/),
    );
  });

  test('at each distance are counted at that distance', async () => {
    const distances: Readonly<Record<Gap, string>> = {
      same: '0 s',
      '10ms': '9 ms',
      '1s': '10 ms',
      '1min': '1 s',
      '1h': '59 minutes 59 s',
      '1day': '1 hour',
      '30days': '29 days 23 hours',
      more: '30 days',
    };
    await db.sql.unsafe(MESSAGES);
    for (const [gap, distance] of Object.entries(distances)) {
      await db.sql`insert into messages (key, created_at)
        values (${gap}, '2024-01-01'), (${gap}, '2024-01-01'::timestamptz + ${distance}::interval)`;
    }
    const why = await explain(db);
    expect(why.gaps.map(({ gap, pairs }) => [gap, pairs])).toEqual(Object.keys(distances).map((gap) => [gap, 1]));
  });
});

describe('columns that differ', () => {
  test('are counted by group, with those that only some copies have', async () => {
    await db.sql.unsafe(`create table messages (id int primary key, key text, same text, body json, media text, nothing xml);
      insert into messages values
        (1, 'a', 's', '{"a":1}', null, null), (2, 'a', 's', '{"a": 1}', 'm', null),
        (3, 'b', 's', '{}', null, null), (4, 'b', 's', '{}', 'm', null),
        (5, 'c', 's', '{}', 'm', null), (6, 'c', 's', '{}', 'n', null), (7, 'c', 's', '{}', null, null)`);
    expect((await explain(db)).differs).toEqual([
      { column: 'media', groups: 3, filledOnce: 2 },
      { column: 'body', groups: 1, filledOnce: 0 },
    ]);
  });
});

describe('many copies', () => {
  test.each(['', 'create index on messages (key)'])('are a sample, the same in every run (%j)', async (index) => {
    await db.sql.unsafe(`${MESSAGES}; ${index};
      insert into messages (key, created_at)
      select 'k' || i % 11000, '2024-01-01'::timestamptz + i * interval '1 second' from generate_series(1, 22000) i`);
    const why = await explain(db);
    expect(why).toMatchObject({ groups: 10_000, sample: true, rows: 20_000 });
    expect(why.gaps).toEqual([{ gap: '1day', pairs: 10_000, sameTransaction: 10_000 }]);
    expect(await explain(db)).toEqual({
      ...why,
      growth: { ...why.growth, lastAgeSeconds: expect.any(Number) },
      reading: expect.any(Array),
    });
  });

  test.each(['', 'create index on messages (key)'])('of one key do not outweigh the others (%j)', async (index) => {
    await db.sql.unsafe(`${MESSAGES}; ${index};
      insert into messages (key) select '' from generate_series(1, 5000);
      insert into messages (key, created_at)
      select 'k' || i % 200, '2024-01-01'::timestamptz + i * interval '1 second' from generate_series(1, 400) i`);
    const why = await explain(db);
    expect(why).toMatchObject({ groups: 201, rows: 500, largestGroup: 5_000, mostRowsOfGroup: 100 });
    expect(why.reading).toContainEqual(expect.stringContaining('One key has 5,000 copies'));
  });
});

test.each(['hash', 'index', 'sort'] as const)(
  'no more groups are read than rows are wanted, found by %s',
  async (grouping) => {
    await db.sql.unsafe(`${MESSAGES}; insert into messages (key) select 'k' || i % 40 from generate_series(1, 400) i`);
    const { text, values } = explainCopies({
      key: {
        table: { schema: 'public', name: 'messages' },
        partitioned: false,
        columns: [{ column: 'key' }],
        predicate: undefined,
        nulls: 'distinct',
        grouping,
      },
      time: { column: 'created_at', form: 'timestamptz' },
      columns: ['body'],
      mostGroups: 30,
      mostRowsOfGroup: 4,
      mostRows: 50,
    });
    const [row] = await db.sql.unsafe(text, [...values]);
    expect(row).toMatchObject({ groups: '13', rows: '52' });
  },
);

test('a rule without copies is not explained', async () => {
  await db.sql.unsafe(`${MESSAGES}; insert into messages (key) values ('a'), ('b')`);
  const { targets } = await look(db);
  expect(targets[0]?.why).toBeUndefined();
});

test('nothing is changed, and a role that may only read can do it', async () => {
  await db.sql.unsafe(`${MESSAGES}; insert into messages (key) values ('a'), ('a')`);
  const reader = await db.createRole('explainer', {
    grants: ['usage on schema public', 'select on all tables in schema public'],
  });
  await db.sql.unsafe(`alter role ${reader.name} set default_transaction_read_only = on`);
  const before = await fingerprint(db.sql, { physical: true });
  const { targets } = await look(reader);
  expect(targets[0]?.why).toMatchObject({ groups: 1, sameTransaction: { groups: 1 } });
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
});

function pairsOf({ gaps }: WhyReport): number {
  return gaps.reduce((sum, { pairs }) => sum + pairs, 0);
}
