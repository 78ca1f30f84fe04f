// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the source of other programs.
import { expect, test } from 'vitest';
import { find, summary } from './find.ts';

const A = 'on conflict (a) do nothing';
const B = 'on conflict (b) do nothing';
const INSERT = 'insert into t (a) values (1)';
const ONE = ['t (a) nothing'];
const BOTH = ['t (a) nothing', 't (b) nothing'];

test.each([
  ['a.ts', `let tail = '';\nif (c) tail = '${A}'; else tail = '${B}';\nq(\`${INSERT} \${tail}\`)`, BOTH],
  ['a.ts', `let tail;\nif (c) { tail = '${A}'; } else { tail = '${B}'; }\nq('${INSERT} ' + tail)`, BOTH],
  ['a.ts', `let tail = '${B}';\nif (c) tail = '${A}';\nq(\`${INSERT} \${tail}\`)`, BOTH],
  ['a.ts', `let s = '${INSERT}';\nif (c) s += ' ${A}'; else s += ' ${B}';\nq(s)`, BOTH],
  ['a.ts', `let s = '${INSERT}';\nif (c) s += ' ${A}'; else s += ' ${B}';\ns += ' returning a';\nq(s)`, BOTH],
  ['a.ts', `let s = '${INSERT} on conflict ';\nif (c) s += '(a)'; else s += '(b)';\ns += ' do nothing';\nq(s)`, BOTH],
  ['a.ts', `let k = '(a)';\nif (c) { k = '(b)'; }\nq(\`${INSERT} on conflict \${k} do nothing\`)`, BOTH],
  ['a.ts', `let k = '(a)';\nif (c) { k = '(b)'; throw e; }\nq(\`${INSERT} on conflict \${k} do nothing\`)`, ONE],
  [
    'a.ts',
    `let t = 'u', k = '(b)';\nif (c) t = 't';\nif (!c) k = '(a)';\nq(\`insert into \${t} (a) values (1) on conflict \${k} do nothing\`)`,
    ['t (b) nothing', 'u (a) nothing'],
  ],
  [
    'a.ts',
    `let k;\nswitch (c) { case 1: k = '(a)'; break; default: k = '(b)'; }\nq(\`${INSERT} on conflict \${k} do nothing\`)`,
    BOTH,
  ],
  [
    'a.ts',
    `let tail = sql\`\`;\nif (c) tail = sql\`${A}\`; else tail = sql\`${B}\`;\nq(sql\`${INSERT} \${tail}\`)`,
    BOTH,
  ],
  [
    'a.ts',
    `const parts = ['${INSERT}'];\nif (c) parts.push('${A}'); else parts.push('${B}');\nq(parts.join(' '))`,
    BOTH,
  ],
  ['a.py', `s = "${INSERT} "\nif c:\n    s += "${A}"\nelif d:\n    s += "${B}"\nrun(s)`, BOTH],
  ['a.py', `k = "(a)"\nif c:\n    k = "(b)"\nrun(f"${INSERT} on conflict {k} do nothing")`, BOTH],
  [
    'a.py',
    `parts = ["${INSERT}"]\nif c:\n    parts.append("${A}")\nelse:\n    parts.append("${B}")\nrun(" ".join(parts))`,
    BOTH,
  ],
  ['a.py', `s = "insert into t (a) values "\nfor r in rows:\n    s += "(1), "\ns = s[:-2]\ns += " ${A}"\nrun(s)`, ONE],
  [
    'A.java',
    `class A { void f() { StringBuilder sb = new StringBuilder("${INSERT} "); if (c) { sb.append("${A}"); } else { sb.append("${B}"); } q(sb.toString()); } }`,
    BOTH,
  ],
  [
    'A.java',
    `class A { void f() { var sb = new StringBuilder(); sb.append("insert into ").append("t").append(" (a) values (1) "); sb.append("${A}"); q(sb.toString()); } }`,
    ONE,
  ],
  ['A.java', `class A { void f() { q(new StringBuilder("${INSERT} ").append("${A}").toString()); } }`, ONE],
  ['A.java', `class A { void f() { String s = "${INSERT} "; if (pg()) { s += "${A}"; } q(s); } }`, ONE],
  [
    'A.cs',
    `class A { void F() { var sb = new StringBuilder(); sb.AppendLine("insert into t (a)"); sb.AppendLine("values (1)"); if (c) sb.Append("${A}"); else sb.Append("${B}"); Run(sb.ToString()); } }`,
    BOTH,
  ],
  [
    'A.cs',
    `class A { void F() { var sb = new StringBuilder(); sb.AppendFormat("insert into {0} (a) values (1) ", "t"); sb.Append("${A}"); Run(sb.ToString()); } }`,
    ONE,
  ],
  [
    'A.cs',
    `class A { void F() { var q = "insert into t (a) values "; foreach (var r in rows) q += "(1), "; q = q.Remove(q.Length - 2); q += " ${A}"; Run(q); } }`,
    ONE,
  ],
  [
    'a.go',
    `package a\nfunc f() {\n\tvar sb strings.Builder\n\tsb.WriteString("${INSERT} ")\n\tif c {\n\t\tsb.WriteString("${A}")\n\t} else {\n\t\tsb.WriteString("${B}")\n\t}\n\tdb.Exec(sb.String())\n}`,
    BOTH,
  ],
  [
    'a.go',
    `package a\nfunc f() {\n\tvar b bytes.Buffer\n\tfmt.Fprintf(&b, "insert into %s (a) values (1) ", "t")\n\tb.WriteString("${A}")\n\tdb.Exec(b.String())\n}`,
    ONE,
  ],
  [
    'a.go',
    `package a\nfunc f() {\n\tq := "${INSERT}"\n\tswitch c {\n\tcase 1:\n\t\tq += " ${A}"\n\tcase 2:\n\t\tq += " ${B}"\n\t}\n\tdb.Exec(q)\n}`,
    BOTH,
  ],
  [
    'a.go',
    `package a\nfunc f() {\n\tvar parts []string\n\tparts = []string{"${INSERT}"}\n\tparts = append(parts, "${A}")\n\tdb.Exec(strings.Join(parts, " "))\n}`,
    ONE,
  ],
  ['a.rb', `s = "${INSERT} "\nif c\n  s << "${A}"\nelse\n  s << "${B}"\nend\nrun(s)`, BOTH],
  ['a.rb', `s = +"${INSERT} "\ns << "${A}" unless c\nrun(s)`, ONE],
  ['a.php', `<?php $s = "${INSERT} "; if ($c) { $s .= "${A}"; } else { $s .= "${B}"; } run($s);`, BOTH],
  [
    'a.rs',
    `fn f() { let mut s = String::from("${INSERT} "); if c { s.push_str("${A}"); } else { s.push_str("${B}"); } q(&s) }`,
    BOTH,
  ],
  [
    'a.rs',
    `fn f() { let mut b = QueryBuilder::new("insert into t (a) "); b.push_values(rows, g); b.push(" ${A}"); b.build() }`,
    ONE,
  ],
  [
    'a.rs',
    `fn f() { let k = match c { 1 => "(a)", _ => "(b)" }; q(format!("${INSERT} on conflict {} do nothing", k)) }`,
    BOTH,
  ],
])('each way through the branches is a statement: %s: %s', async (file, text, expected) => {
  expect((await summary(file, text)).toSorted()).toEqual(expected);
});

test.each([
  `@Insert({"${INSERT}", "${A}"})`,
  `@Insert({"insert into t (a)", "values (#{a})", "${A}"})`,
  `@Insert(value = {"${INSERT}", "on conflict (a)", "do nothing"})`,
  `@org.apache.ibatis.annotations.Update({"${INSERT}" + " on conflict", "(a) do nothing"})`,
])('the strings of an annotation of MyBatis are one statement: %s', async (annotation) => {
  expect(await summary('A.java', `interface A { ${annotation} void f(); }`)).toEqual(ONE);
});

test.each([
  ['what a caller gives', `function f(s) { if (c) s += ' ${A}'; q(s) }`],
  ['what a loop gives', `let t = 'x';\nfor (const n of names) t = n;\nq(\`insert into \${t} (a) values (1) ${A}\`)`],
  ['a builder of unknown content', `function f() { const s = begun(); s.append(' ${A}'); q(s) }`],
])('what is not certain is not resolved: %s', async (_, text) => {
  expect(await summary('a.ts', text)).toEqual(['? (a) nothing']);
});

test('what a loop puts in any number of times is no whole statement, and its target is judged', async () => {
  const text = `let s = 'insert into t (a) values (0)';\nfor (const r of rows) s += ', (1)';\ns += ' ${A}';\nq(s)`;
  expect(await find('a.ts', text)).toEqual([
    expect.objectContaining({ table: expect.objectContaining({ names: ['t'] }), whole: undefined, unread: undefined }),
  ]);
});

test('hundreds of branches are read in a moment', async () => {
  const branches = Array.from({ length: 400 }, (_, n) => `if (c${n}) s += ' -- ${n}\\n';`).join('\n');
  const started = process.cpuUsage();
  expect(await summary('a.ts', `let s = '${INSERT}';\n${branches}\ns += '\\n${A}';\nq(s)`)).toEqual(ONE);
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(5_000);
});

test('what a builder of queries makes is judged by its target: its rows are not written out', async () => {
  const text = `package a\nfunc f() { sq.Insert("t").Columns("a").Values(1).Suffix("${A}").Exec() }`;
  const [upsert] = await find('a.go', text);
  expect([upsert?.kind === 'on-conflict' && upsert.unread, await summary('a.go', text)]).toEqual([undefined, ONE]);
});
