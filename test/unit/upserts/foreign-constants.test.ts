// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the source of other programs.
import { expect, test } from 'vitest';
import { findUpserts } from '../../../src/upserts/find-upserts.ts';
import { makeProject } from '../../support/cli.ts';
import { summaryOf } from './find.ts';

const INTO = (table: string): string => `insert into ${table} (a) values (1) on conflict (a) do nothing`;
const JS = (reference: string): string => `q(\`${INTO(`\${${reference}}`)}\`);\n`;

async function tablesIn(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = await makeProject(files);
  const { upserts } = await findUpserts({ root, paths: ['.'], signal: new AbortController().signal });
  return upserts.map((upsert) => `${upsert.place.file}: ${summaryOf(upsert)}`);
}

test.each<readonly [string, Readonly<Record<string, string>>]>([
  [
    'TypeScript',
    {
      'db/tables.ts': "export const T = 't';\nexport class Q { static readonly CT = 't'; }\n",
      'db/index.ts': "export const I = 't';\n",
      'a/1.ts': `import { T } from '../db/tables';\n${JS('T')}`,
      'a/2.ts': `import { T as accounts } from '../db/tables.js';\n${JS('accounts')}`,
      'a/3.ts': `import * as tables from '@/db/tables';\n${JS('tables.T')}`,
      'a/4.js': `const { I } = require('../db');\n${JS('I')}`,
      'a/5.vue': `<script>\nimport { Q } from '~/db/tables';\n${JS('Q.CT')}</script>\n`,
    },
  ],
  [
    'Python',
    {
      'app/__init__.py': '',
      'app/queries.py': "T = 't'\nclass Q:\n    CT = 't'\n",
      'app/a/1.py': `from ..queries import T\nq(f"${INTO('{T}')}")\n`,
      'app/2.py': `from .queries import T as X\nq(f"${INTO('{X}')}")\n`,
      'app/3.py': `from app import queries\nq(f"${INTO('{queries.T}')}")\n`,
      'app/4.py': `import app.queries as qs\nq("${INTO('%s')}" % qs.T)\n`,
      'app/5.py': `from app.queries import Q\nq("${INTO('{}')}".format(Q.CT))\n`,
    },
  ],
  [
    'Go',
    {
      'store/tables.go': 'package store\n\nconst (\n\tT = "t"\n\tu = 1\n)\n',
      'store/1.go': `package store\n\nfunc f() { db.Exec(\`insert into \` + T + \` (a) values (1) on conflict (a) do nothing\`) }\n`,
      'api/2.go': `package api\n\nimport "example.com/shop/store"\n\nfunc f() { db.Exec(fmt.Sprintf("${INTO('%s')}", store.T)) }\n`,
      'api/3.go': `package api\n\nimport s "example.com/shop/store"\n\nfunc f() { db.Exec("insert into " + s.T + " (a) values (1) on conflict (a) do nothing") }\n`,
    },
  ],
  [
    'Java',
    {
      'src/shop/Tables.java': 'package shop;\nclass Tables { static final String T = "t"; }\n',
      'src/shop/One.java': `class One { String q = "insert into " + Tables.T + " (a) values (1) on conflict (a) do nothing"; }\n`,
      'src/web/Two.java': `import static shop.Tables.T;\nclass Two { String q = "insert into " + T + " (a) values (1) on conflict (a) do nothing"; }\n`,
      'src/web/Three.java': `import static shop.Tables.*;\nclass Three { String q = "insert into " + T + " (a) values (1) on conflict (a) do nothing"; }\n`,
    },
  ],
  [
    'Kotlin and Scala',
    {
      'src/shop/Tables.kt': 'package shop\nobject Tables { const val T = "t" }\n',
      'src/shop/Names.kt': 'package shop\nconst val NAME = "t"\n',
      'src/web/One.kt': `import shop.Tables\nval q = "${INTO('${Tables.T}')}"\n`,
      'src/web/Two.kt': `import shop.NAME\nval q = "${INTO('$NAME')}"\n`,
      'src/shop/Three.kt': `val q = "insert into " + NAME + " (a) values (1) on conflict (a) do nothing"\n`,
      'src/web/Four.scala': `import shop.Tables\nval q = s"${INTO('${Tables.T}')}"\n`,
    },
  ],
  [
    'C#',
    {
      'Data/Tables.cs': 'namespace Shop; static class Tables { public const string T = "t"; }\n',
      'Web/One.cs': `using Shop;\nclass One { void F() { Run($"${INTO('{Tables.T}')}"); } }\n`,
      'Web/Two.cs': `using static Shop.Tables;\nclass Two { string q = "insert into " + T + " (a) values (1) on conflict (a) do nothing"; }\n`,
    },
  ],
])('a constant of another file is put in: %s', async (_, files) => {
  const found = await tablesIn(files);
  const using = Object.keys(files).filter((file) => /\d\.|(?:One|Two|Three|Four)\./.test(file));
  expect(found.toSorted()).toEqual(using.map((file) => `${file}: t (a) nothing`).toSorted());
});

test.each<readonly [string, Readonly<Record<string, string>>]>([
  [
    'a parameter',
    { 't.ts': "export const T = 't';", 'a.ts': `import { T } from './t';\nfunction f(T) { ${JS('T')} }` },
  ],
  ['what a function gives', { 't.ts': 'export const T = name();', 'a.ts': `import { T } from './t';\n${JS('T')}` }],
  ['what a package gives', { 't.ts': "export const T = 't';", 'a.ts': `import { T } from 't';\n${JS('T')}` }],
  ['what is not imported', { 't.ts': "export const T = 't';", 'a.ts': JS('T') }],
  ['what is set twice', { 't.ts': "export let T = 't';\nT = 'u';", 'a.ts': `import { T } from './t';\n${JS('T')}` }],
  [
    'a variable of Go',
    {
      't.go': 'package a\nconst table = "t"\n',
      'a.go':
        'package a\nfunc f() { table, err := g(); db.Exec("insert into " + table + " (a) values (1) on conflict (a) do nothing") }\n',
    },
  ],
  [
    'one of two classes of that name',
    {
      'x/Tables.cs': 'class Tables { public const string T = "t"; }',
      'y/Tables.cs': 'class Tables { public const string T = "u"; }',
      'z/a.cs': `class A { void F() { Run($"${INTO('{Tables.T}')}"); } }`,
    },
  ],
])('what another file gives is not guessed: %s', async (_, files) => {
  expect((await tablesIn(files)).map((found) => found.replace(/^.*: /, ''))).toEqual(['? (a) nothing']);
});

test('a clause keeps its own line where its table comes from another file', async () => {
  const root = await makeProject({
    't.ts': "export const T = 'a_long_name_of_a_table';",
    'a.ts': `import { T } from './t';\n\nq(\`insert into \${T} (a)\n  values (1) on conflict (a) do nothing\`);`,
  });
  const { upserts } = await findUpserts({ root, paths: ['.'], signal: new AbortController().signal });
  expect(upserts[0]?.place).toEqual({ file: 'a.ts', line: 4, column: 14 });
});
