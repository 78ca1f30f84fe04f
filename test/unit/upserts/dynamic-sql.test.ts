import { expect, test } from 'vitest';
import { find, summary } from './find.ts';

const body = (statements: string, declare = ''): string =>
  `create function f(v int, tab text) returns void language plpgsql as $f$ ${declare} begin ${statements} end $f$;`;

test.each([
  [`execute format('insert into %I (a) values ($1) on conflict (a) do nothing', 'acct') using v;`, 'acct (a) nothing'],
  [
    `execute format('insert into %I.%I (a) values (%L) on conflict (a) do nothing', 'app', 'Acct', v);`,
    'app.Acct (a) nothing',
  ],
  [`execute format('insert into %2$I values (%1$L) on conflict (a) do nothing', 'x', 'acct');`, 'acct (a) nothing'],
  [`execute format('insert into %s values (1) on conflict (%I) do nothing', tab, 'a');`, '? (a) nothing'],
  [`execute 'insert into ' || quote_ident('acct') || ' values (1) on conflict (a) do nothing';`, 'acct (a) nothing'],
  [`execute 'insert into ' || tab::text || ' values (1)' || ' on conflict (a) do nothing';`, '? (a) nothing'],
  [
    `q := 'insert into acct values (''x'') on conflict (a) where b = ''y'' do nothing'; execute q;`,
    "acct (a) where b = 'y' nothing",
  ],
])('what PL/pgSQL executes is put together: %s', async (statement, expected) => {
  expect(await summary('a.sql', body(statement))).toEqual([expected]);
});

test('a constant of PL/pgSQL is known, and a variable is not', async () => {
  const statement = `execute format('insert into %I values (1) on conflict (a) do nothing', t);`;
  expect(await summary('a.sql', body(statement, "declare t constant text := 'acct';"))).toEqual(['acct (a) nothing']);
  expect(await summary('a.sql', body(statement, "declare t text := 'acct';"))).toEqual(['? (a) nothing']);
});

const TEXT = `'insert into t values (1) on conflict (a) do nothing'`;

test.each([
  `insert into jobs (id, sql) values (1, ${TEXT});`,
  `update jobs set sql = ${TEXT} where id = 1;`,
  `comment on table t is ${TEXT};`,
  body(`raise notice ${TEXT};`),
  body(`if v > 1 then insert into jobs values (${TEXT}); end if;`),
  `copy jobs (id, sql) from stdin;\n1\tinsert into t values (1) on conflict (a) do nothing\n\\.\n`,
  `COPY jobs\n  FROM STDIN WITH (FORMAT csv);\r\n1,"insert into t values (1) on conflict (a) do nothing"\r\n\\.\r\n`,
])('what is stored or said is not run: %s', async (sql) => {
  expect(await summary('a.sql', sql)).toEqual([]);
});

test('what comes after the rows of a COPY has its own line', async () => {
  const rows = "copy t from stdin;\n1\tit's\n2\t$$\n\\.\n";
  const [upsert] = await find('a.sql', `${rows}${rows}insert into t values (1)\n  on conflict (a) do nothing;`);
  expect(upsert).toMatchObject({ place: { line: 10, column: 3 }, table: { names: ['t'] } });
});

test.each([
  `select cron.schedule('x', '* * * * *', ${TEXT});`,
  `create function f() returns void as ${TEXT} language sql;`,
])('what is run later is read: %s', async (sql) => {
  expect(await summary('a.sql', sql)).toEqual(['t (a) nothing']);
});
