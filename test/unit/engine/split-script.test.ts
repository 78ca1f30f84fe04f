import { describe, expect, test } from 'vitest';
import { splitScript } from '../../../src/engine/run/split-script.ts';
import { errorOf } from '../config/errors.ts';

/** More than is parsed at a time, with semicolons at the ends of its lines. */
const LONG = 'a line; of text;\n'.repeat(20_000);

test('statements have the line of their first word, and nothing that stands before it', async () => {
  const script = `-- a comment; with a semicolon
/* one /* nested; */ */ select 1;;

  select 'é;
';
-- the end of this one is a comment
create function f() returns int begin atomic
  select 1;
  select 2;
end; select $$;$$ -- no semicolon at the end`;
  expect((await splitScript(script)).map(({ text, line }) => [line, text])).toEqual([
    [2, 'select 1'],
    [4, "select 'é;\n'"],
    [7, 'create function f() returns int begin atomic\n  select 1;\n  select 2;\nend'],
    [10, 'select $$;$$ -- no semicolon at the end'],
  ]);
});

describe('what is longer than a piece stays whole', () => {
  test.each([
    ['a string', `select '${LONG}'`],
    ['a dollar quote', `do $f$ begin perform $$${LONG}$$; end $f$`],
    ['a comment inside', `select /* ${LONG} */ 1`],
    ['a name', `select 1 as "${LONG}"`],
    ['a body', `create function f() returns int begin atomic\n${'select 1;\n'.repeat(30_000)}end`],
    ['a rule', `create rule r as on insert to t do also (\n${'delete from u;\n'.repeat(20_000)}select 1)`],
  ])('%s', async (_, long) => {
    const statements = await splitScript(
      `select 'é';\n/* ${LONG} */ ${long};\n-- ${LONG.replaceAll('\n', ' ')}\nselect 2;\n`,
    );
    const first = 2 + 20_000;
    expect(statements.map(({ text, line }) => [line, text === long ? 'whole' : text])).toEqual([
      [1, "select 'é'"],
      [first, 'whole'],
      [first + long.split('\n').length + 1, 'select 2'],
    ]);
  });
});

test('time grows with the length: 50,000 statements of 6 MB', async () => {
  const lines = Array.from(
    { length: 50_000 },
    (_, place) => `insert into items values (${place}, '${'é;'.repeat(30)}');`,
  );
  const statements = await splitScript(lines.join('\r\n'));
  expect(statements).toHaveLength(lines.length);
  expect(statements.every(({ text, line }, place) => line === place + 1 && `${text};` === lines[place])).toBe(true);
}, 60_000);

test('nor does it where lines are long, and a comment at the end of one is not taken for SQL', async () => {
  const line = `${'select 1; '.repeat(40_000)}-- select 2; `.repeat(2);
  const statements = await splitScript(`${line}\n${line}\nselect 3`);
  expect(statements).toHaveLength(80_001);
  expect(statements.at(-1)).toMatchObject({ line: 3, text: 'select 3' });
});

describe('what cannot be run is named by its line', () => {
  const before = `${LONG.replaceAll(/^/gm, '-- ').slice(0, -3)}select 'é'\n;\n`;
  const line = 20_003;
  test.each([
    [
      'a string without an end',
      `select 1, '${LONG}`,
      `The SQL cannot be parsed at line ${line}: unterminated quoted string at or near "'a line; of text;…".`,
    ],
    ['a transaction', 'commit;', `Line ${line} begins or ends a transaction.`],
    ['rows for COPY', 'copy t (a) from stdin;', `Line ${line} copies FROM STDIN.`],
    ['rows of COPY', 'copy (select 1) to stdout;', `Line ${line} copies TO STDOUT.`],
    ['a NUL', 'select 1;\0 select 2;', `Line ${line} has a zero byte.`],
  ])('%s', async (_, statement, message) => {
    const error = await errorOf(() => splitScript(`${before}${statement}\n${'select 1;\n'.repeat(20)}`));
    expect(error).toMatchObject({ code: 'MSGDB_MIGRATION_INVALID', data: { line } });
    expect(error.message).toContain(message);
  });
});

test.each<[boolean, readonly string[]]>([
  [
    false,
    [
      'vacuum t',
      'create database d',
      'create index concurrently on t (a)',
      'drop index concurrently i',
      'reindex table concurrently t',
      'reindex schema s',
      'alter table t detach partition p concurrently',
      'alter system set work_mem = 1',
      'alter database d set tablespace s',
      "create subscription s connection '' publication p",
      'drop subscription s',
      'alter subscription s refresh publication',
      'cluster',
      'discard all',
    ],
  ],
  [
    true,
    [
      'analyze t',
      'create index on t (a)',
      `comment on table t is '"concurrent":true'`,
      'reindex table t',
      'alter table t detach partition p',
      'alter database d connection limit 3',
      "create subscription s connection '' publication p with (connect = false)",
      'alter subscription s disable',
      'cluster t',
      'discard temp',
      "copy t from '/tmp/t'",
    ],
  ],
])('in a transaction with others: %s', async (transactional, scripts) => {
  const statements = await splitScript(scripts.join(';\n'));
  expect(statements.filter((each) => each.transactional !== transactional)).toEqual([]);
});
