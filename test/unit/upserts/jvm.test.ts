// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the source of other programs.
import { expect, test } from 'vitest';
import { find, summary } from './find.ts';

const TAIL = 'on conflict (a) do nothing';

test.each([
  ['doobie', 'sql"insert into t (a, b) values ($a, ${row.b}) on conflict (a) do nothing".update.run'],
  [
    'doobie in three quotes',
    'sql"""\n  |insert into t (a)\n  |values ($a)\n  |on conflict (a) do nothing""".stripMargin',
  ],
  ['fragments', 'val q = fr"insert into t (a)" ++ fr"values ($a)" ++ fr"on conflict (a) do nothing"'],
  ['a fragment that has a name', `val tail = fr"${TAIL}"\ndef q(a: Int) = fr"insert into t (a) values ($a)" ++ tail`],
  [
    'a fragment that is put in',
    `object Q {\n  private val tail = fr0"${TAIL}"\n  def q = sql"insert into t (a) values (\${f(1)}) $tail"\n}`,
  ],
  ['a fragment that is made', `val q = fr"insert into t (a)" ++ Fragments.values(rows) ++ fr"${TAIL}"`],
  ['Slick', `val t = "t"\nsqlu"""insert into #$t (a) values (\${a}) ${TAIL}"""`],
  ['Anorm', `SQL"""insert into t (a) values ($a) ${TAIL}"""`],
  ['Anorm by name', `SQL("insert into t (a) values ({a}) ${TAIL}").on("a" -> a)`],
  [
    'a text',
    `val q = s"insert into \${Tables.accounts} (a) values (?) ${TAIL}"\nobject Tables { final val accounts: String = "t" }`,
  ],
  [
    'a text that is joined',
    `val q = "insert into t (a) " +\n  "values (?) " + // the tail\n  "${TAIL}"`.replace(' // the tail', ''),
  ],
  ['a quotation mark as a character', `val c = '"'\nval q = "insert into t (a) values (?) ${TAIL}"`],
  ['comments', `/* "a /* nested */ " */ // "\nval q = "insert into t (a) values (?) ${TAIL}"`],
])('Scala: %s', async (_, text) => {
  expect(await summary('Store.scala', text)).toEqual(['t (a) nothing']);
});

test('Scala: what a statement binds is no part of its text, though a text of the file has that name', async () => {
  expect(
    await summary('A.scala', 'val t = "u"\nsql"insert into $t (a) values (1) on conflict (a) do nothing"'),
  ).toEqual(['? (a) nothing']);
});

test.each([
  ['at the top', `const val T = "t"\nval q = "insert into $T (a) values (?) ${TAIL}"`],
  [
    'in a companion',
    `class A {\n  fun q() = "insert into \${T} (a) values (?) ${TAIL}"\n  companion object { private const val T = "t" }\n}`,
  ],
  [
    'in an object',
    `object Tables { const val ACCOUNTS = "t" }\nclass A { val q = "insert into \${Tables.ACCOUNTS} (a) values (?) ${TAIL}" }`,
  ],
  [
    'of two objects',
    `object A { const val T = "u" }\nobject B { const val T = "t" }\nval q = "insert into \${B.T} (a) values (?) ${TAIL}"`,
  ],
  ['joined', `const val T = "t"\nval q = "insert into " + T + " (a) values (?) ${TAIL}"`],
  ['before a string', `const val HEAD = "insert into t (a) values (?) "\nval q = HEAD + "${TAIL}"`],
  ['behind a string', `const val END = "${TAIL}"\nval q = "insert into t (a) values (?) " + END`],
  [
    'of constants',
    `const val S = "t"\nconst val T = "$S"\nval q = """\n  |insert into $T (a)\n  |values (?)\n  |${TAIL}""".trimMargin()`,
  ],
  [
    'in a function',
    `fun a() { val t = "u"; use(t) }\nfun b() { val t = "t"; q("insert into $t (a) values (?) ${TAIL}") }`,
  ],
])('a constant of Kotlin is put in: %s', async (_, text) => {
  expect(await summary('Store.kt', text)).toEqual(['t (a) nothing']);
});

test.each([
  ['a parameter', `const val t = "u"\nfun q(t: String) = "insert into $t (a) values (?) ${TAIL}"`],
  ['a parameter of a block', `const val t = "u"\nfun q(t: String) { run("insert into $t (a) values (?) ${TAIL}") }`],
  ['a parameter of a lambda', `const val t = "u"\nval q = all.map { t -> "insert into $t (a) values (?) ${TAIL}" }`],
  ['a variable of another function', `fun a() { val t = "u" }\nfun b() { q("insert into $t (a) values (?) ${TAIL}") }`],
  [
    'one of two',
    `object A { const val T = "u" }\nobject B { const val T = "v" }\nval q = "insert into $T (a) values (?) ${TAIL}"`,
  ],
  ['what is its own value', `val t = "$t"\nval q = "insert into $t (a) values (?) ${TAIL}"`],
])('what a name in Kotlin stands for is not guessed: %s', async (_, text) => {
  expect(await summary('Store.kt', text)).toEqual(['? (a) nothing']);
});

test('what doubles with each line is read to its end', async () => {
  const lines = Array.from({ length: 60 }, (_, n) => `val a${n + 1} = "$a${n}$a${n}"`).join('\n');
  const text = `val q = "insert into t (a) values (1) ${TAIL}"\nval a0 = "x"\n${lines}\n${'{ '.repeat(20_000)}`;
  const started = process.cpuUsage();
  expect(await summary('A.kt', text)).toEqual(['t (a) nothing']);
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(5_000);
});

test('an upsert in Scala has its own line and column', async () => {
  const text = `object A {\r\n  val q = """\r\n    |insert into t (a)\r\n    |values (1) ${TAIL}""".stripMargin\r\n}`;
  expect((await find('A.scala', text))[0]?.place).toEqual({ file: 'A.scala', line: 4, column: 17 });
});

test.each([
  ['A.kt', `@Insert("insert into t (a)", "values (#{a})", "${TAIL}")\nfun f()`],
  [
    'A.kt',
    `@Insert(\n  arrayOf(\n    "insert into t (a)",\n    "values (1)" + " on conflict",\n    "(a) do nothing",\n  )\n)\nfun f()`,
  ],
  ['A.kt', `const val V = "values (1)"\n@Insert(value = ["insert into t (a)", V, "${TAIL}"])\nfun f()`],
  ['A.kt', `@org.apache.ibatis.annotations.Update("insert into t (a) values (1)", "${TAIL}")\nfun f()`],
  [
    'A.kt',
    `@Insert("<script>", "insert into t (a) values (1)", "<if test='again'>${TAIL}</if>", "</script>")\nfun f()`,
  ],
  ['A.scala', `@Insert(Array("insert into t (a)", "values (1)", "${TAIL}"))\ndef f(): Unit`],
])('the strings of an annotation of MyBatis are one statement: %s: %s', async (file, text) => {
  expect(await summary(file, text)).toEqual(['t (a) nothing']);
});

test.each([
  ['other calls', `run("insert into t (a) values (1)", "${TAIL}")`],
  ['another annotation', `@Query("insert into t (a) values (1)", "${TAIL}")\nfun f()`],
  ['a named argument', `@Insert("insert into t (a) values (1)", note = "${TAIL}")\nfun f()`],
])('strings beside each other are not joined in %s', async (_, text) => {
  expect(await summary('A.kt', text)).toEqual(['? (a) nothing']);
});

const OTHER = 'on conflict (b) do nothing';
const INSERT = 'insert into t (a) values (1)';

test.each([
  ['A.kt', `val tail = if (c) "${TAIL}" else "${OTHER}"\nrun("${INSERT} $tail")`],
  ['A.kt', `run("${INSERT} " + if (mode(c) == "x") "${TAIL}" else "${OTHER}")`],
  [
    'A.kt',
    `fun f() {\n  val key = if (c) {\n    "(a)"\n  } else {\n    "(b)"\n  }\n  run("${INSERT} on conflict " + key + " do nothing")\n}`,
  ],
  ['A.kt', `run("${INSERT} on conflict " + (if (!c) "(b)" else "(a)") + " do nothing")`],
  ['A.kt', `const val A = "${TAIL}"\nconst val B = "${OTHER}"\nrun("${INSERT} " + if (c) A else B)`],
  [
    'A.kt',
    `val head = if (c) "insert into t (a) " else "insert into t (b) "\nval key = if (c) "a" else "b"\nrun(head + "values (1) on conflict ($key) do nothing")`,
  ],
  ['A.scala', `val tail = if (c) fr"${TAIL}" else fr"${OTHER}"\nval q = fr"${INSERT}" ++ tail`],
  ['A.scala', `run(s"${INSERT} on conflict (" + (if (c) "a" else "b") + ") do nothing")`],
])('each branch of an if that gives a text is a statement: %s: %s', async (file, text) => {
  expect((await summary(file, text)).toSorted()).toEqual(['t (a) nothing', 't (b) nothing']);
});

test.each([
  ['a branch that is no text', `val tail = if (c) "${TAIL}" else 1\nrun("${INSERT} " + other)`, ['? (a) nothing']],
  [
    'a statement',
    `if (c) "${INSERT} ${TAIL}".run()\nelse "${INSERT} ${OTHER}".run()`,
    ['t (a) nothing', 't (b) nothing'],
  ],
  [
    'else if',
    `run("${INSERT} " + if (c) "${TAIL}" else if (d) "${OTHER}" else "")`,
    ['t (a) nothing', 't (b) nothing'],
  ],
])('an if with %s in Kotlin is read for what it is', async (_, text, expected) => {
  expect((await summary('A.kt', text)).toSorted()).toEqual(expected);
});

test('thousands of else-ifs, and conditions that are not closed, are read to their end', async () => {
  const chain = 'if (c) "x" else '.repeat(5_000);
  const started = process.cpuUsage();
  const text = `val a = ${chain}"y"\n${'if ((('.repeat(5_000)}"\nval q = "${INSERT} ${TAIL}"`;
  expect((await summary('A.kt', text)).at(-1)).toBe('t (a) nothing');
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(5_000);
});
