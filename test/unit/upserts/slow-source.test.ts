import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Deadline } from '../../../src/upserts/deadline.ts';
import { findInSource } from '../../../src/upserts/find-in-source.ts';
import { languageOf } from '../../../src/upserts/languages.ts';
import { readAllModels } from '../../../src/upserts/models/read-all-models.ts';
import { readModels } from '../../../src/upserts/models/read-models.ts';
import { SourceText } from '../../../src/upserts/source-text.ts';
import { Grammars } from '../../../src/upserts/syntax/grammars.ts';
import { makeProject } from '../../support/cli.ts';
import { summary } from './find.ts';

const grammars = new Grammars();

// Each of these took minutes, where one MB is scanned, or an hour; the limits are wide because machines differ.
const PATIENCE = { timeout: 120_000 };

const UPSERT = 'insert into t (a) values (1) on conflict (a) do nothing;';
const MEGABYTE = 1_000_000;

function nested(open: string, inner: string, close: string, depth: number): string {
  return open.repeat(depth) + inner + close.repeat(depth);
}

function filled(part: string): string {
  return part.repeat(MEGABYTE / part.length);
}

test.each([
  ['a.js', nested('f(()=>{x="a";', `q("${UPSERT}")`, '})', 3_000)],
  ['a.ts', nested('f("a",', `q("${UPSERT}")`, ')', 6_000)],
  ['a.py', nested('f("a",', `"${UPSERT}"`, ')', 6_000)],
  ['a.rb', nested('f("a",', `"${UPSERT}"`, ')', 6_000)],
  ['a.php', `<?php ${nested('f("a",', `"${UPSERT}"`, ')', 6_000)};`],
  ['a.rs', `fn a() { ${nested('f("a",', `"${UPSERT}"`, ')', 6_000)}; }`],
  ['a.go', `package a\nfunc a() {${nested('if x {y:="a";f(y);', `q("${UPSERT}")`, '}', 3_000)}}`],
  ['A.java', `class A { void f() {${nested('{String x="a";f(x);', `q("${UPSERT}");`, '}', 3_000)}}}`],
  ['A.cs', `class A { void F() { ${nested('f("a",', `"${UPSERT}"`, ')', 6_000)}; } }`],
])(
  'an upsert in calls, blocks and functions that lie deep in one another is found: %s',
  PATIENCE,
  async (file, text) => {
    expect(await summary(file, text)).toEqual(['t (a) nothing']);
  },
);

test.each([
  ['a.py', `x = [${'"a",'.repeat(30_000)}]\nq("${UPSERT}")`],
  ['a.js', `function f() {${'a="a";f(a);'.repeat(10_000)}q("${UPSERT}")}`],
  ['a.js', `${'`a`;'.repeat(20_000)}q("${UPSERT}")`],
  ['a.js', `x${'("a")'.repeat(3_000)};q("${UPSERT}")`],
  ['a.rb', `${'f(<<A)\nx\nA\n'.repeat(3_000)}q("${UPSERT}")`],
  ['a.go', `package a\nvar ${'a,'.repeat(10_000)}b = ${'1,'.repeat(10_000)}"${UPSERT}"`],
])('an upsert beside thousands of others of its kind is found: %s', PATIENCE, async (file, text) => {
  expect(await summary(file, text)).toEqual(['t (a) nothing']);
});

test.each([
  ['lines without anything', '\n'.repeat(MEGABYTE)],
  ['parentheses that are not closed', filled('on conflict do update set a = (')],
  ['clauses in clauses', nested('on conflict do update set a=(', '1', ')', 15_000)],
  ['targets in targets', nested('on conflict (', 'a', ')', 70_000)],
  ['predicates that are not closed', filled('on conflict (a) where (')],
  ['merges without end', filled('merge into t using s on (a = b) when not matched then ')],
  ['a reason with a gap', `-- msgdb-ignore: a${' '.repeat(MEGABYTE)}b\n`],
  [
    'dollar quotes in dollar quotes',
    Array.from({ length: 60_000 }, (_, place) => `$a${place}$`).join('') +
      `${UPSERT} ${Array.from({ length: 60_000 }, (_, place) => `$a${59_999 - place}$`).join('')}`,
  ],
])('SQL is read to its end: %s', PATIENCE, async (_what, text) => {
  expect((await summary('a.sql', `${text}; ${UPSERT}`)).at(-1)).toBe('t (a) nothing');
});

test.each([
  ['a.prisma', 'model A {\n', '\n'],
  ['a.prisma', '', 'model A {\n'],
  ['models.py', 'class A(models.Model):\n', '\n'],
  ['models.py', 'class A:\n', '  __tablename__:\n'],
  ['models.py', 'import peewee\nclass A(Model):\n', '\n'],
  ['a.rb', 'class A < B\n', '\n'],
  ['a.php', 'class A extends B {\n', '\n'],
  ['a.ex', 'defmodule A do\n', ' \n'],
  ['a.ts', 'A.init({ tableName: "a",\n', '\n'],
  ['a.ts', '', '@Entity('],
  ['a.ts', '', '@Entity() class A {}'],
  ['a.ts', '@Entity() class A {\n', "@Column(name:'a' "],
  ['a.ts', '@Entity() class A {\n', "@Column({name:'a'}) "],
  ['a.ts', 'const a = pgTable("a",{\n', 'a: b<\n'],
  ['a.ts', '', 'const a = s.table("a",{}) '],
  ['a.ts', '@Entity() class A', 'A'],
])('models are looked for in %s: %j and a megabyte of %j', PATIENCE, (file, head, part) => {
  expect(readModels(file, head + filled(part))).toBeDefined();
});

test('what is put together of itself is not made longer than a file', PATIENCE, async () => {
  const long = 'a'.repeat(500_000);
  expect(
    await summary('a.js', `const a = "${long}";q(${Array(2_000).fill('a').join('+')}+"b");q("${UPSERT}")`),
  ).toEqual(['t (a) nothing']);
  expect(await summary('a.py', `q("${long}".join([${'"a",'.repeat(5_000)}]))\nq("${UPSERT}")`)).toEqual([
    't (a) nothing',
  ]);
  expect(await summary('a.py', `q("${'{0}'.repeat(20_000)}".format("${long}"))\nq("${UPSERT}")`)).toEqual([
    't (a) nothing',
  ]);
});

test(
  'where more is put together than is followed, what was found and that there is more are reported',
  PATIENCE,
  async () => {
    const text = `q("${UPSERT}"); function f() { let s = "a"; ${'s += "a";'.repeat(2_000)} }`;
    const source = new SourceText('a.js', text);
    const found = await findInSource(source, { kind: 'grammar', grammar: 'javascript' }, new Grammars());
    expect(found).toMatchObject({ upserts: [{ kind: 'on-conflict' }], problem: 'it takes too long to read' });
  },
);

test('a file whose models take too long to read is given up, and it is said', async () => {
  const text = "@Entity('people')\nclass User {}\n";
  const root = await makeProject({ 'a.ts': text, 'b.ts': text });
  const files = ['a.ts', 'b.ts'].map((shown) => ({ path: join(root, shown), shown, language: languageOf(shown) }));
  const milliseconds = [-1, 60_000];
  const { models, skipped } = readAllModels(files, () => new Deadline(milliseconds.shift()));
  expect(skipped).toEqual([{ file: 'a.ts', reason: 'its models take too long to read' }]);
  expect(models.find('typeorm', 'User')).toMatchObject({ table: 'people' });
});

test('a file that takes too long is given up, and it is said', async () => {
  for (const [file, text] of [
    ['a.js', `q("${UPSERT}")`],
    ['a.sql', UPSERT],
    ['a.kt', `val a = "${UPSERT}"`],
  ] as const) {
    const language = languageOf(file);
    if (!language) throw new Error(`${file} is of no known language`);
    const passed = new Deadline(-1);
    expect(await findInSource(new SourceText(file, text), language, new Grammars(), { deadline: passed })).toEqual({
      upserts: [],
      problem: 'it takes too long to read',
    });
  }
});

/** A deadline that is over after so many questions, however fast the machine is. */
class Steps extends Deadline {
  #left: number;

  constructor(steps: number) {
    super();
    this.#left = steps;
  }

  override get isOver(): boolean {
    this.#left -= 1;
    return this.#left < 0;
  }
}

test.each([
  ['a.js', "knex('t').insert(r).onConflict('a').merge();\n"],
  ['a.js', `q("${UPSERT}");\n`],
  ['a.ex', `q("${UPSERT}")\n`],
])('of a file that is given up, what was found until then is reported: %s with %s', async (file, line) => {
  const language = languageOf(file);
  if (!language) throw new Error(`${file} is of no known language`);
  const found: number[] = [];
  for (let steps = 1; steps < 1_000; steps += 19) {
    const source = new SourceText(file, line.repeat(20));
    const { upserts, problem } = await findInSource(source, language, grammars, { deadline: new Steps(steps) });
    if (problem !== undefined) found.push(upserts.length);
  }
  expect(found).toEqual(found.toSorted((a, b) => a - b));
  expect(new Set(found).size).toBeGreaterThan(3);
});

test.each([
  [
    'a.go',
    `package a\nfunc f() {\n${Array.from({ length: 6_000 }, (_, place) => `var u${place} User\ndb.Clauses(clause.OnConflict{DoNothing: true}).Create(&u${place})\n`).join('')}}`,
    6_000,
  ],
  [
    'a.ts',
    `async function f() {\n${'await db.user.findFirst({ where: { email } });\n'.repeat(6_000)}await db.org.create(o);\nawait db.user.create(u) }`,
    6_000,
  ],
])('calls are read in linear time: %s', PATIENCE, async (file, text, expected) => {
  const language = languageOf(file);
  if (!language) throw new Error(`${file} is of no known language`);
  const { upserts, problem } = await findInSource(new SourceText(file, text), language, grammars, {
    deadline: new Deadline(40_000),
  });
  expect(problem).toBeUndefined();
  expect(upserts.length).toBe(expected);
});
