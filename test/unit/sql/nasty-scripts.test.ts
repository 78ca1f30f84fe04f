import { describe, expect, test } from 'vitest';
import { splitScript } from '../../../src/engine/run/split-script.ts';
import { errorOf } from '../config/errors.ts';

// `¦` stands for a semicolon that ends a statement; what is before `▸` is no part of the one it begins.
const SCRIPTS: readonly string[] = [
  'select 1',
  'select 1¦',
  'select 1¦ select 2',
  'select 1¦select 2¦select 3¦',
  '¦¦ ¦select 1¦¦\n¦',
  '\n\n  select 1 ¦\n\n',
  'select 1¦\r\nselect\r\n2¦\r\n',
  'select 1¦\rselect 2',
  '-- a; b\n▸select 1¦-- c; d\n▸select 2',
  '/* a; b */▸select 1¦',
  '/* a /* b; */ c; */ ▸select 1¦',
  'select /* ; */ 1¦ select 2',
  "select 1 /* it's; */ + 1¦ select 2",
  "select 'a;b'¦ select 2",
  "select 'it''s; ok'¦ select 2",
  "select 'a\\'¦ select ';'",
  "select e'a\\';b'¦ select 2",
  "select E'\\\\'¦ select 2",
  "select E'\\\\\\'; '¦ select 2",
  "select 'a;'\n  'b;'¦ select 2",
  "select e'a;\\''\n  '\\';'¦ select 2",
  "select n'a;b'¦ select 2",
  "select b'101', x'1F'¦ select 2",
  "select u&'d\\0061t\\+000061; '¦ select 2",
  "select u&'d!0061; ' uescape '!'¦ select 2",
  'select 1 as "a;b"¦ select 2',
  'select 1 as "a"";b"¦ select 2',
  'select 1 as u&"d\\0061;"¦ select 2',
  'select 1 as "--"¦ select 2',
  "select 1 as \"'\"¦ select ';'",
  'select 1 as "/*"¦ select 2 as "*/"',
  'select $$a;b$$¦ select 2',
  'select $a$b;$$;c$a$¦ select 2',
  'select $a$ $b$ ; $a$¦ select 2',
  'select $_1$;$_1$¦ select 2',
  'select $é$;$é$¦ select 2',
  "select $$it's; $$¦ select 2",
  'select $$ -- ; $$¦ select 2',
  'select $$ /* ; $$¦ select 2',
  'select 1 as a$b$¦ select 2 as c$b$',
  'select a$1, b$$c from t¦ select 2',
  'select 1, $$;$$¦ select 2',
  'do $$ begin perform 1; perform 2; end $$¦ select 2',
  "do 'begin perform 1; end'¦ select 2",
  'do $do$ begin execute $x$ select 1; $x$; end $do$ language plpgsql¦',
  'create function f() returns int language sql as $$ select 1; select 2; $$¦ select 3',
  'create function f() returns int begin atomic select 1; select 2; end¦ select 3',
  'create or replace procedure p() begin atomic insert into t values (1); end¦ select 3',
  'create function f(a int) returns int begin atomic select case a when 1 then 2 end; end¦ select 3',
  'create function f() returns int begin atomic select case when true then case when true then 1 end end; end¦ select 3',
  'create function f() returns int begin atomic end¦ select 3',
  "create function f() returns text begin atomic select ';end;'; end¦ select 3",
  'create function f() returns int return 1¦ select 3',
  'create rule r as on insert to t do also (insert into u values (1); delete from v)¦ select 1',
  'create rule r as on update to t do instead (notify a; notify b;)¦ select 1',
  'create rule r as on delete to t do instead nothing¦ select 1',
  'create schema s create table t (a int) create view v as select 1¦ select 1',
  'create table t (a int check (a > 0), b text default $$;$$)¦ select 1',
  "create trigger t before insert on t for each row execute function f('a;b')¦ select 1",
  "create policy p on t using (a = 'x;y')¦ select 1",
  'select 1--1\n¦ select 2',
  'select 1 - -1¦ select 2',
  'select 5 @-@ 3¦ select 2',
  'select a #>> b, c ->> d, e @> f, g ?| h from t¦ select 2',
  'select 1 +/* ; */ 1¦ select 2',
  'select 1 */* ; */ 1¦ select 2',
  'create operator public.=== (leftarg = int, rightarg = int, function = f)¦ select 1 operator(public.===) 2',
  'select (array[1,2])[1:2]¦ select 2',
  "select a::text, cast('x;' as text)¦ select 2",
  'prepare p (int) as select $1¦ execute p (1)¦ deallocate p',
  'explain (analyze, costs off) select 1¦ select 2',
  'declare c cursor for select 1¦ fetch all from c¦ close c',
  'listen a¦ notify a, $$b;c$$¦',
  "comment on table t is 'a; b -- c'¦ comment on column t.a is null",
  "copy t from '/tmp/a;b'¦ select 2",
  'call p(1, $$;$$)¦ select 2',
  'merge into t using u on t.a = u.a when matched then delete when not matched then do nothing¦ select 2',
  'insert into t values (1) on conflict (a) do update set b = excluded.b || $$;$$¦ select 2',
  'with a as (insert into t values (1) returning *) select * from a¦ select 2',
  'grant select on t to "a;b"¦ revoke all on t from public',
  'set search_path = "a;b", c¦ reset search_path',
  'set standard_conforming_strings = on¦ select 2',
  'alter table t add constraint c check (a <> $$;$$) not valid¦ alter table t validate constraint c',
  'create table "ключ;" ("列;" int)¦ select \'日本;\'',
  "select '👍;'¦   select '👍'¦ select 3",
  "select '\u00a0;\u2028'¦ select 2",
  "select U&';\\\\'¦ select 2",
  'select 1 where 1 <> 2¦select 2 where 1 != 2¦',
  'select 0x1F, 0b11, 1_000, .5, 1e10¦ select 2',
  'select json_object($$a;$$ : 1)¦ select 2',
  "select interval $$1 day$$, date '2020-01-01'¦ select 2",
  'vacuum (analyze) t¦ create index concurrently i on t (a)¦ select 1',
];

describe('scripts are split at the semicolons that end a statement', () => {
  test.each(SCRIPTS)('%j', async (marked) => {
    const pieces = marked.split('¦').map((piece) => piece.slice(piece.indexOf('▸') + 1));
    const wanted = pieces.map((piece) => piece.replace(/\s*$/, '').trimStart()).filter((piece) => piece !== '');
    const script = marked.replaceAll('¦', ';').replaceAll('▸', '');
    const statements = await splitScript(script);
    expect(statements.map(({ text }) => text)).toEqual(wanted);
    expect(statements.filter(({ unread }) => unread)).toEqual([]);
    for (const { text, line, column } of statements) {
      const at = script
        .split('\n')
        .slice(line - 1)
        .join('\n');
      expect(
        Array.from(at)
          .slice(column - 1)
          .join('')
          .startsWith(text),
      ).toBe(true);
    }
  });
});

// `repack` and the like: what a server of a later version may know.
const UNREAD: readonly string[] = [
  'select 1¦ repack table t¦ select 2',
  "repack 'a;b'¦ select $$;$$¦ repack t -- ; \n",
  'create property graph g vertex tables (a; b)¦ select 2',
  'create function f() returns int begin atomic repack case when 1 then 2 end; select 1; end¦ select 2',
  'create or replace procedure p() newly begin atomic repack; end¦ select 2',
  "/* é; */▸ repack 'é'¦\n  repack $é$;$é$¦",
  'create rule r as on insert to t newly (repack; repack)¦ select 1',
  'begin atomic repack¦ select 1',
];

test.each(UNREAD)('a statement that the parser does not know is left to the server: %j', async (marked) => {
  const wanted = marked.split('¦').map((piece) =>
    piece
      .slice(piece.indexOf('▸') + 1)
      .replace(/ -- ; \n$/, '')
      .trim(),
  );
  const statements = await splitScript(marked.replaceAll('¦', ';').replaceAll('▸', ''));
  expect(statements.map(({ text }) => text)).toEqual(wanted.filter((piece) => piece !== ''));
  expect(statements.some(({ unread }) => unread)).toBe(true);
});

describe('what no server would take is named, with its line, its column and a caret', () => {
  test.each<[string, RegExp, number, number, string]>([
    ['select 1;\n  \\i other.sql', /has \\i, a command of psql/, 2, 3, 'LINE 2:   \\i other.sql\n          ^'],
    ['select 1 \\gexec', /has \\gexec/, 1, 10, 'LINE 1: select 1 \\gexec\n                 ^'],
    ['\\restrict abc\nselect 1;', /has \\restrict/, 1, 1, ''],
    ['\\connect db', /has \\connect/, 1, 1, ''],
    ["\\copy t from 'a.csv'", /has \\copy/, 1, 1, ''],
    ['select :name;', /the variable :name of psql/, 1, 8, ''],
    ["select\n :'name' from t", /the variable :'name' of psql/, 2, 2, ''],
    ['select * from :"t"', /the variable :"t" of psql/, 1, 15, ''],
    [`create table \${schema}.t ();`, /the placeholder \$\{schema\}/, 1, 14, ''],
    ['select 1; select {{ a }};', /the placeholder \{\{ a \}\}/, 1, 18, ''],
    ['copy t (a) from stdin;\n1\n2\n\\.\nselect 1;', /within the rows of COPY t FROM STDIN/, 2, 1, ''],
    ['copy public.t from stdin with (format csv);\na,b\n\\.\n', /the rows of COPY public\.t/, 2, 1, ''],
    ["select 'é', 'open", /unterminated quoted string/, 1, 13, "LINE 1: select 'é', 'open\n                    ^"],
    ['select 1; /* open', /unterminated \/\* comment/, 1, 11, ''],
    ['select $a$ open $b$', /unterminated dollar-quoted string/, 1, 8, ''],
  ])('%j', async (script, message, line, column, excerpt) => {
    const error = await errorOf(() => splitScript(script));
    expect(error.message).toMatch(message);
    expect(error.data).toMatchObject({ line, column });
    expect(error.data.excerpt).toContain(excerpt);
  });

  test.each([
    ['set standard_conforming_strings = off;', 'turns standard_conforming_strings off'],
    ["select 1;\nset local standard_conforming_strings to 'off';", 'turns standard_conforming_strings off'],
    [`select 1;\nselect 1 from "\${schema}".t;`, `the placeholder \${schema}`],
    ['select 1;\nabort;', 'begins or ends a transaction'],
    ['select 1;\nsavepoint a;', 'begins or ends a transaction'],
  ])('%j', async (script, message) => {
    const error = await errorOf(() => splitScript(script));
    expect(error.message).toContain(message);
    expect(error.data.line).toBe(script.split('\n').length);
  });

  test.each([
    `select '\${a}', $$ \${b} $$;`,
    `insert into t values ('{"a": "\${x}"}');`,
    "select ':a', a::int, b[1:2];",
  ])('in a string, or with another meaning, it is none of these: %j', async (script) => {
    expect(await splitScript(script)).toHaveLength(1);
  });
});

test('a long line is shown around the place, tabs as one column', async () => {
  const script = `select 1;\n\tselect ${'a, '.repeat(60)}§§ from ${'b, '.repeat(60)}c 'open`;
  const { data } = await errorOf(() => splitScript(script));
  const [line = '', caret = ''] = String(data.excerpt).split('\n');
  expect(line.length).toBeLessThan(90);
  expect(line.slice(caret.length - 1)).toBe("'open");
});
