// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the source of other programs.
import { expect, test } from 'vitest';
import { find, summary } from './find.ts';

const A = 'on conflict (a) do nothing';
const B = 'on conflict (b) do nothing';
const INSERT = 'insert into t (a) values (1)';
const BOTH = ['t (a) nothing', 't (b) nothing'];

test.each([
  ['a.ts', `q(\`${INSERT} \${c ? '${A}' : '${B}'}\`)`, BOTH],
  ['a.ts', `q(\`${INSERT} \${c ? '${A}' : ''}\`)`, ['t (a) nothing']],
  ['a.ts', `q(\`${INSERT} \${c ? '' : '${A}'}\`)`, ['t (a) nothing']],
  ['a.ts', `q(\`${INSERT} \${c && '${A}'}\`)`, ['t (a) nothing']],
  ['a.ts', `q(\`${INSERT} \${c ? \`${A}\` : d ? '${B}' : 'on conflict (c) do nothing'}\`)`, [...BOTH, 't (c) nothing']],
  ['a.ts', `q(\`${INSERT} on conflict \${c ? '(a)' : '(b)'} do nothing\`)`, BOTH],
  ['a.ts', `q(\`${INSERT} on conflict \${c ? '(a)' : target} do nothing\`)`, ['t (a) nothing', 't ? nothing']],
  ['a.ts', `q(\`insert into \${c ? 't' : 'u'} (a) values (1) ${A}\`)`, ['t (a) nothing', 'u (a) nothing']],
  ['a.ts', `const tail = c ? '${A}' : '${B}';\nq(\`${INSERT} \${tail}\`)`, BOTH],
  ['a.ts', `q('${INSERT} ' + (c ? '${A}' : '${B}'))`, BOTH],
  ['a.ts', `q(sql\`${INSERT} \${c ? sql\`${A}\` : sql\`${B}\`}\`)`, BOTH],
  ['a.ts', `const tail = sql\`${A}\`;\nq(sql\`${INSERT} \${tail}\`)`, ['t (a) nothing']],
  ['a.ts', `q(\`${INSERT} \${c ? '${A}' : '${B}'} \${c ? '' : 'returning a'}\`)`, BOTH],
  ['a.py', `q = f"${INSERT} {'${A}' if c else '${B}'}"`, BOTH],
  ['a.py', `q = "${INSERT} " + ("${A}" if c else "${B}")`, BOTH],
  ['A.java', `class A { void f() { q("${INSERT} " + (c ? "${A}" : "${B}")); } }`, BOTH],
  ['A.cs', `class A { void F() { Run($"${INSERT} {(c ? "${A}" : "${B}")}"); } }`, BOTH],
  ['a.rb', `q = "${INSERT} #{c ? "${A}" : "${B}"}"`, BOTH],
  ['a.php', `<?php $q = "${INSERT} " . ($c ? "${A}" : "${B}");`, BOTH],
  ['a.rs', `fn f() { let t = if c { "${A}" } else { "${B}" }; q(format!("${INSERT} {}", t)) }`, BOTH],
  ['A.kt', `val q = "${INSERT} \${if (c) "${A}" else "${B}"}"`, ['? (a) nothing', '? (b) nothing']],
])('each branch of a condition is a statement: %s: %s', async (file, text, expected) => {
  expect(await summary(file, text)).toEqual(expected);
});

test('a value that is bound is no part of the statement, whatever it is', async () => {
  const text = `const t = 'u';\nq(sql\`insert into \${t} (a) values (\${c ? 1 : 2}) ${A}\`)`;
  expect(await summary('a.ts', text)).toEqual(['? (a) nothing']);
});

test('a statement of one condition is read as a whole, one of several that may not go together is not', async () => {
  const wholes = async (text: string) =>
    (await find('a.ts', text)).map((upsert) => upsert.kind === 'on-conflict' && upsert.whole !== undefined);
  const columns = "(a${c ? ', b' : ''})";
  expect(await wholes(`q(\`insert into t ${columns} values (1\${c ? ', 2' : ''}) ${A}\`)`)).toEqual([true]);
  expect(await wholes(`q(\`insert into t ${columns} values (1\${d ? ', 2' : ''}) ${A}\`)`)).toEqual([false]);
});

test('conditions without end are followed as far as sixteen ways', async () => {
  const conditions = Array.from({ length: 200 }, (_, n) => `\${c${n} ? 'x' : 'y'}`).join(' ');
  const started = process.cpuUsage();
  expect(await summary('a.ts', `q(\`insert into t (a) select a from u where ${conditions} ${A}\`)`)).toEqual([
    't (a) nothing',
  ]);
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(5_000);
});

test.each([
  'class A { const string T = "t"; string Q() => $"insert into {T} (a) values (1) on conflict (a) do nothing"; }',
  'class A { const string T = "t"; const string Q = "insert into " + T + " (a) values (1) on conflict (a) do nothing"; }',
  'class A { const string T = "t"; void F() { Run($@"insert into ""{T}"" (a) values (1) on conflict (a) do nothing"); } }',
  'class A { static readonly string T = "t"; void F() { Run($"""insert into {T} (a) values (1) on conflict (a) do nothing"""); } }',
  'class A { const string T = "t"; void F() { Run($$"""insert into {{T}} (a) values (1) on conflict (a) do nothing"""); } }',
  'static class Tables { public const string Acc = "t"; } class A { void F() { Run($"insert into {Tables.Acc} (a) values (1) on conflict (a) do nothing"); } }',
])('a constant of C# is put in: %s', async (text) => {
  expect(await summary('A.cs', text)).toEqual(['t (a) nothing']);
});
