import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { withWorkplace } from '../../../src/engine/run/with-run.ts';
import { MsgdbError } from '../../../src/model/errors.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { statement } from '../../../src/model/statement.ts';
import type { Workplace } from '../../../src/session/workplace.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(
    `create table t (id int primary key, k text, n int); insert into t values (1, 'a', 1), (2, 'a', 2)`,
  );
});

async function failure(work: Promise<unknown>): Promise<MsgdbError> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof MsgdbError)) throw new Error(`not an error of msgdb's: ${error}`);
  return error;
}

async function look(rule: Partial<UniqueKeyOptions>, url = db.url): Promise<unknown> {
  const context = await makeContext({ url });
  return await findDuplicates(context, { rule: uniqueKey({ table: 't', key: ['k'], ...rule }), samples: 1 });
}

/** Works as a command that looks does. */
async function asWorkplace(url: string, work: (workplace: Workplace) => Promise<unknown>): Promise<unknown> {
  const { database, ...context } = await makeContext({ url });
  if (database.kind !== 'url') throw new Error('a test names its database by URL');
  return await withWorkplace({ ...context, target: database.target, command: 'test' }, work);
}

async function ask(text: string, url = db.url): Promise<unknown> {
  return await asWorkplace(url, async ({ session }) => session.query(statement(text)));
}

function names(count: number): string {
  return Array.from({ length: count }, (_, place) => `c${place}`).join(', ');
}

function columns(count: number): string {
  return names(count).replaceAll(/c\d+/g, '$& int');
}

describe('an expression that says nothing of one row', () => {
  test.each([
    ['an aggregate', { where: 'count(*) > 1' }, /Aggregate functions are not allowed/],
    ['an aggregate beside columns', { where: 'n > max(n)' }, /Aggregate functions/],
    ['a window function', { where: 'row_number() over () = 1' }, /Window functions/],
    ['a set', { where: 'generate_series(1, n) = 1' }, /Set-returning functions/],
    ['a predicate that is a number', { where: 'n' }, /must be type boolean/],
    ['a predicate that is text', { where: 'k || k' }, /must be type boolean/],
    ['an aggregate in the order', { keep: ['max(n) desc'] }, /Aggregate functions/],
    ['a window function in the order', { keep: ['rank() over (order by n) asc'] }, /Window functions/],
    ['an aggregate in the key', { key: [{ expression: 'max(k)' }] }, /Aggregate functions/],
  ] as const)('%s is refused as wrong usage', async (_, rule, why) => {
    const error = await failure(look(rule));
    expect([error.code, error.exitCode]).toEqual(['MSGDB_EXPRESSION_INVALID', 2]);
    expect(error.why).toMatch(why);
    expect(error.fix).toMatch(/one row/);
    expect(error.data).toMatchObject({ statement: expect.stringContaining('explain') });
  });
});

test.each([
  { where: 't.n > 1' },
  { where: 'public.t.n > 1' },
  { keep: ['t.n desc'] },
  { keep: ['(select count(*) from t others where others.n < t.n) desc'] },
  { key: [{ expression: 'lower(t.k)' }] },
] as const)('a column with the name of its table, %o, is refused as wrong usage', async (rule) => {
  const error = await failure(look(rule));
  expect([error.code, error.exitCode]).toEqual(['MSGDB_EXPRESSION_INVALID', 2]);
  expect(error.fix).toBe('Write columns by their names alone, without the name of the table.');
});

describe('what the server refuses', () => {
  test.each([
    ['select 1 / (select 0)', 'MSGDB_DATABASE_ERROR', /NULLIF/],
    [`select 'x'::int`, 'MSGDB_DATABASE_ERROR', /Correct the value/],
    ['select * from nowhere', 'MSGDB_DATABASE_ERROR', /Correct the SQL/],
    [`select ${Array.from({ length: 1_700 }, () => '1').join(', ')}`, 'MSGDB_DATABASE_ERROR', /Select fewer columns/],
    [
      `create temp table w (${columns(33)}); create index on w (${names(33)})`,
      'MSGDB_DATABASE_ERROR',
      /out of the index/,
    ],
    [`create temp table w (${columns(1_601)})`, 'MSGDB_DATABASE_ERROR', /second table/],
    [
      `create temp table p (id int primary key); create temp table c (p int references p deferrable initially deferred);
       begin; insert into c values (1); alter table c add x int`,
      'MSGDB_DATABASE_ERROR',
      /set constraints all immediate/,
    ],
    [
      'create temp table c (x int); begin; declare k cursor for select * from c; fetch k; drop table c',
      'MSGDB_DATABASE_ERROR',
      /Close the cursor/,
    ],
    [`select ${'('.repeat(30_000)}1${')'.repeat(30_000)}`, 'MSGDB_DATABASE_ERROR', /Simplify|Correct the SQL/],
    [
      `do $$ begin perform pg_cancel_backend(pg_backend_pid()); perform pg_sleep(1); end $$`,
      'MSGDB_STATEMENT_CANCELLED',
      /continues from what is there\. If it is cancelled again/,
    ],
    [`set statement_timeout = 50; select pg_sleep(2)`, 'MSGDB_STATEMENT_CANCELLED', /set statement_timeout = 0/],
  ] as const)('%s', async (text, code, fix) => {
    const error = await failure(ask(text));
    expect(error.code).toBe(code);
    expect(error.fix).toMatch(fix);
    expect(error.data.statement).toBe(text);
  });

  test('the server’s last word is the reason of a lost connection, also between statements', async () => {
    const error = await failure(ask('select pg_terminate_backend(pg_backend_pid())'));
    expect(error).toMatchObject({
      code: 'MSGDB_CONNECTION_LOST',
      why: 'Terminating connection due to administrator command.',
    });
    const late = await failure(
      asWorkplace(db.url, async ({ session }) => {
        await session.query(statement('set idle_session_timeout = 50'));
        await sleep(200);
        await session.query(statement('select 1'));
      }),
    );
    expect(late).toMatchObject({
      code: 'MSGDB_CONNECTION_LOST',
      why: expect.stringContaining('The setting is idle_session_timeout.'),
      fix: expect.stringContaining('set idle_session_timeout = 0'),
    });
  });

  test('a table and a schema that the role may not use are named with their grants', async () => {
    const role = await db.createRole('reader');
    await db.sql.unsafe(
      `create schema shut; create table shut.door (id int); grant usage on schema public to ${role.name}`,
    );
    const [table, schema] = [
      await failure(ask('select * from t', role.url)),
      await failure(ask('select * from shut.door', role.url)),
    ];
    expect([table.code, schema.code]).toEqual(['MSGDB_PERMISSION_DENIED', 'MSGDB_PERMISSION_DENIED']);
    expect(table.fix).toContain(`grant select on "public"."t" to "${role.name}";`);
    expect(schema.fix).toContain(`grant usage on schema "shut" to "${role.name}";`);
  });
});
