import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { renderReport } from '../../../src/report/render.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeRule, readImages, STRATEGIES } from './project.ts';

const db = useDatabase();

const SCHEMA = `
  create table a (id int primary key, k text, v int, at timestamptz, gone_at timestamptz);
  insert into a select n, (n + 1) / 2, n % 3, timestamptz '2020-01-01' + n * interval '1 day' from generate_series(1, 8) n;
  create table b (id int primary key, a_id int references a on delete cascade);
  create view children as select * from b;
  create table lookup (k text primary key, weight int);
  create function shuffle(int) returns int language plpgsql volatile as 'begin return $1; end';
  create function weigh(text) returns int language plpgsql stable as 'begin return (select weight from lookup where k = $1); end';
  create function plain(int) returns int language sql stable as 'select $1';
  create function either(text, int) returns int language plpgsql volatile as 'begin return $2; end';
  create type pair as (v int);
  create function lower(pair) returns text language plpgsql stable as 'begin return $1.v; end';
  create operator <%%> (leftarg = text, rightarg = int, function = either);
  create function pair_text(pair) returns text language plpgsql volatile as 'begin return $1.v; end';
  create cast (pair as text) with function pair_text(pair);`;

const CHANGES: readonly (readonly [string, Partial<UniqueKeyOptions>, RegExp])[] = [
  [
    'a VOLATILE function',
    { keep: ['random()'] },
    /^The survivor order cannot be by random\(\): random\(\) is VOLATILE/,
  ],
  ['one of the user’s own', { keep: ['shuffle(id) desc'] }, /by shuffle\(id\): shuffle\(integer\) is VOLATILE/],
  ['one behind an operator', { keep: ['k <%%> id'] }, /either\(text,integer\) is VOLATILE/],
  ['one behind a cast', { keep: ['row(v)::pair::text'] }, /pair_text\(pair\) is VOLATILE/],
  ['one in a subquery', { keep: ['(select max(random() + l.weight) from lookup l)'] }, /random\(\) is VOLATILE/],
  ['the clock', { keep: ['clock_timestamp() - at'] }, /clock_timestamp\(\) is VOLATILE/],
  [
    'the clock in a constant',
    { keep: [`at - 'now'::timestamptz`] },
    /^The survivor order: 'now'::timestamptz is the time/,
  ],
  ['the day in a constant', { merge: { at: { expression: `max(date 'Today')` } } }, /takes: 'Today'::date is the time/],
  ['the day beside a column', { keep: [`(at > 'yesterday') desc`] }, /order: 'yesterday' is the time/],
  ['the time behind a text', { keep: [`at - 'now'::text::timestamptz`] }, /order: 'now'::timestamptz is the time/],
  ['the time in a list', { keep: [`at = any ('{epoch,now}')`] }, /order: '\{epoch,now\}' is the time/],
  [
    'the day in an argument',
    { merge: { at: { expression: `max(greatest(at, 'TODAY'))` } } },
    /takes: 'TODAY' is the ti/,
  ],
  [
    'the day in a predicate',
    { where: `k <> 'é' and at > 'yesterday'` },
    /^k <> 'é' and at > 'yesterday' cannot be in a rule on a: 'yesterday' is the time at which PostgreSQL reads/,
  ],
  ['the day in a range', { where: `at <@ '[tomorrow 10:00,)'::tstzrange` }, /'\[tomorrow 10:00,\)' is the time/],
  ['the day in a cast', { where: `at > timestamptz 'today' or gone_at is null` }, /'today'::timestamptz is the time/],
  ['the time in a key', { key: ['k', { expression: `coalesce(gone_at, 'now')` }] }, /'now' is the time at which/],
  ['a STABLE function that may read a table', { keep: ['weigh(k)'] }, /weigh\(text\) is STABLE/],
  ['a subquery on what is re-pointed', { keep: ['(select count(*) from b where a_id = v)'] }, /it reads b, whose rows/],
  ['the same through a view', { keep: ['(select count(*) from children where a_id = v)'] }, /it reads b, whose rows/],
  ['a subquery on the table itself', { keep: ['v - (select avg(x.v) from a x)'] }, /it reads a, whose rows/],
  [
    'a VOLATILE merge',
    { merge: { v: { expression: 'max(shuffle(v))' } } },
    /^What the survivor takes cannot be by max\(shu/,
  ],
  ['a STABLE merge', { merge: { v: { expression: 'max(weigh(k))' } } }, /weigh\(text\) is STABLE/],
  ['a merge that reads children', { merge: { v: { expression: '(select count(*) from b)' } } }, /it reads b/],
  ['a merge that is no aggregate', { merge: { v: { expression: 'v + 1' } } }, /must appear in the GROUP BY/],
  [
    'a value without a function of the name',
    { losers: { set: { v: { expression: 'nine(v)' } } } },
    /^What losers are marked with: .*nine\(integer\) does not exist/,
  ],
  ['a rule whose predicate is VOLATILE', { where: 'random() < 2' }, /random is not IMMUTABLE/],
];

const SETTLED: readonly (readonly [string, UniqueKeyOptions['keep'], string])[] = [
  ['the age', ['age(at)'], '2 4 6 8'],
  ['the distance from now, behind other letters', [`(case when k <> 'é' then "at" - NOW() end) desc`], '2 4 6 8'],
  ['the days until today', ['(Current_Date - at::date) desc'], '1 3 5 7'],
  ['a subquery on what stays as it is', ['(select count(*) from lookup l where l.weight = v)', 'id desc'], '2 4 6 8'],
  ['a STABLE function that is inlined', ['plain(id) desc'], '2 4 6 8'],
  ['a name that is also one of a STABLE function', ["to_char(at, 'YYYY') || lower(k)", 'id desc'], '2 4 6 8'],
  [
    'a text that only looks like a time',
    [`(k = 'today' or k in ('now', 'yesterday'))`, `to_char(at, '"now" YYYY')`, 'id desc'],
    '2 4 6 8',
  ],
  [
    'times that are always the same',
    [`(at > 'epoch' and at < 'infinity' and at <> '2020-01-01')`, 'id desc'],
    '2 4 6 8',
  ],
  ['a conversion by settings', ["to_char(at, 'YYYY-MM-DD') desc"], '2 4 6 8'],
];

describe('an order, a merge or a predicate that may change between looking and doing refuses the plan:', () => {
  beforeAll(async () => {
    await cleanDatabase(db.sql);
    await db.sql.unsafe(SCHEMA);
  });

  test.each(CHANGES)('%s', async (_, rule, says) => {
    const { context } = await makeRule(db, { table: 'a', key: ['k'], ...rule });
    const looked = await migrate(context, { dryRun: true, allowOutOfOrder: false }).then(
      ({ findings }) => findings[0]?.message ?? 'accepted',
      (error: Error) => error.message,
    );
    expect(looked).toMatch(says);
  });

  test.each([
    [['random()'], true],
    [['(select max(id) from b) desc', 'id desc'], true],
    [[{ most: 'children' as const, of: ['nothing'] }], true],
    [['id desc'], undefined],
  ])('of copies in the order %j no survivor is marked: %s', async (keep, unranked) => {
    const rule = uniqueKey({ table: 'a', key: ['k'], keep });
    const context = await makeContext(db);
    const report = await findDuplicates(context, { rule, samples: 1 });
    const [sample] = report.targets[0]?.samples ?? [];
    expect(sample?.unranked).toBe(unranked);
    expect(sample?.rows.map(({ id }) => id)).toEqual(unranked ? ['1', '2'] : ['2', '1']);
    const shown = renderReport(report, 'human', {
      width: 80,
      colour: false,
      unicode: true,
      verbose: false,
      redact: false,
    });
    expect(/● survivor +copy 2/.test(shown)).toBe(!unranked);
    expect(/copy 1 +copy 2/.test(shown)).toBe(unranked === true);
  });

  test('a run says the same, and changes nothing', async () => {
    const before = await readImages(db.sql);
    const report = await (await makeRule(db, { table: 'a', key: ['k'], keep: ['random()'] })).migrate();
    expect(report).toMatchObject({ verdict: 'findings', exitCode: 1, findings: [{ code: 'MSGDB_REFUSED' }] });
    expect(await readImages(db.sql)).toEqual(before);
  });
});

describe('an order that is the same throughout a run:', () => {
  beforeEach(async () => {
    await cleanDatabase(db.sql);
    await db.sql.unsafe(SCHEMA);
  });

  test('a predicate on texts that are words for times', async () => {
    await db.sql.unsafe(
      `create type day as enum ('today', 'other'); alter table a add d day default 'today', add j jsonb default '{"is":"now"}'`,
    );
    const where = `k <> 'today' and d = 'today' and j = '{"is":"now"}' and at > 'epoch'`;
    expectOk(await (await makeRule(db, { table: 'a', key: ['k'], where })).migrate());
    expect((await column(db.sql, 'select id from a order by id')).join(' ')).toBe('1 3 5 7');
  });

  test.each(SETTLED)('%s', async (_, keep, stay) => {
    expectOk(await (await makeRule(db, { table: 'a', key: ['k'], keep: keep ?? [] })).migrate());
    expect((await column(db.sql, 'select id from a order by id')).join(' ')).toBe(stay);
  });

  test.each(STRATEGIES)('now() is one moment for all batches and passes (%s)', async (strategy) => {
    const { sql } = db;
    const rule: UniqueKeyOptions = {
      table: 'a',
      key: ['k'],
      where: 'gone_at is null',
      keep: ['now() - at'],
      losers: { set: { gone_at: { expression: 'statement_timestamp()' } } },
      merge: { at: { expression: 'max(now())' } },
    };
    const project = await makeRule(db, rule, { strategy, batchSize: 2 });
    const look = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
    expect(JSON.stringify(look)).toMatch(/The survivor order depends on the time \(now\(\)\), which is 20/);
    expectOk(await project.migrate());
    expect(
      await column(
        sql,
        `select concat(count(*), ' ', count(distinct moment)) from
      (select coalesce(gone_at, at) as moment from a) m`,
      ),
    ).toEqual(['8 1']);
  });
});
