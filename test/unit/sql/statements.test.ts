import { describe, expect, test } from 'vitest';
import type { IndexBuild } from '../../../src/model/plan.ts';
import { statement } from '../../../src/model/statement.ts';
import { createIndex, createIndexConcurrently, withName } from '../../../src/sql/index-ddl.ts';
import { inlineValues } from '../../../src/sql/inline-values.ts';
import { OWN } from '../../../src/sql/own-schema.ts';
import { covered } from '../../../src/sql/relation.ts';
import { limitTime } from '../../../src/sql/script-frame.ts';

const BUILD: IndexBuild = {
  table: { schema: 'public', name: 'We"ird' },
  partitioned: false,
  name: 'i',
  unique: true,
  method: 'btree',
  columns: [{ column: 'Key' }],
  predicate: undefined,
  nulls: 'distinct',
};

describe('an index', () => {
  test.each<[what: string, build: Partial<IndexBuild>, tail: string]>([
    ['of a column', {}, 'using "btree" ("Key")'],
    ['that is partial', { predicate: 'a > 1' }, 'using "btree" ("Key") where (a > 1)'],
    ['where NULLs are equal', { nulls: 'not distinct' }, 'using "btree" ("Key") nulls not distinct'],
    ['of an expression', { columns: [{ expression: 'lower(a)' }] }, 'using "btree" ((lower(a)))'],
  ])('%s', (_, build, tail) => {
    const all = { ...BUILD, ...build };
    expect(createIndex(all)).toEqual(statement(`create unique index "i" on "public"."We""ird" ${tail}`));
    expect(createIndexConcurrently(all).text).toBe(
      `create unique index concurrently "i" on "public"."We""ird" ${tail}`,
    );
  });

  test('that is made as it was keeps its definition under another name', () => {
    const definition = `CREATE UNIQUE INDEX i ON ONLY public.t USING btree (k) WITH (fillfactor='70')`;
    const renamed = withName({ ...BUILD, as: { definition, comment: undefined } }, 'new');
    expect(createIndex(renamed).text).toBe(
      `CREATE UNIQUE INDEX "new" ON public.t USING btree (k) WITH (fillfactor='70')`,
    );
  });
});

test.each<[predicate: string | undefined, nulls: 'distinct' | 'not distinct', keys: readonly string[], sql: string]>([
  [undefined, 'distinct', ['"a"', '"b"'], '"a" is distinct from null and "b" is distinct from null'],
  [undefined, 'not distinct', ['"a"'], 'true'],
  ['b > 0', 'not distinct', ['"a"'], '(b > 0)'],
  ['b > 0', 'distinct', ['"a"'], '(b > 0) and "a" is distinct from null'],
  // An expression may fail outside the predicate.
  ['b > 0', 'distinct', ['(1 / b)'], 'case when (b > 0) then (1 / b) is distinct from null else false end'],
])('rows that an index covers: where %s, NULLs %s, of %s', (predicate, nulls, keys, sql) => {
  expect(covered({ predicate, nulls }, keys)).toBe(sql);
});

test.each([
  ['select $1, $2', ['a', null], `select 'a', null;`],
  [`select $1`, [`it's \\ $2`], `select E'it''s \\\\ $2';`],
  ['select 1 -- why', [], 'select 1 -- why\n;'],
  ['select 1;', [], 'select 1;'],
])('values in a script: %s', (text, values, script) => {
  expect(inlineValues(statement(text, values))).toBe(script);
});

test('a limit of time stands before each statement, and not before COMMIT', () => {
  const texts = limitTime(3, [statement('one'), statement('two')]).map(({ text }) => text);
  const call = `call ${OWN}.work_limit()`;
  expect(texts.slice(2)).toEqual([
    call,
    'one',
    call,
    'two',
    'set local statement_timeout = 0',
    `drop procedure ${OWN}.work_limit`,
  ]);
});
