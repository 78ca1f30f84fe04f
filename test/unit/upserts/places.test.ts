// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the source of other programs.
import { expect, test } from 'vitest';
import { find } from './find.ts';

/** Each has one upsert, over several lines and behind what is written otherwise than it is read. */
const SOURCES: readonly (readonly [string, string])[] = [
  [
    'A.cs',
    'class A {\n  string q = @"insert into ""t"" (""a"", ""b"")\n    values (1, 2) ON CONFLICT (a) do nothing";\n}',
  ],
  ['A.cs', 'class A { string q = @"insert into ""t"" (""a"", ""b"") values (1, 2) ON CONFLICT (a) do nothing"; }'],
  [
    'A.cs',
    'class A {\n  string q = $@"insert into ""t"" (""a"")\n    values ({x}, ""b"") ON CONFLICT (a) do nothing";\n}',
  ],
  ['A.cs', 'class A {\n  string q = @$"insert into ""t"" (""a"") values ({x}, ""b"") ON CONFLICT (a) do nothing";\n}'],
  [
    'A.cs',
    'class A {\n  string q = """\n    insert into "t" (a)\n    values (1) ON CONFLICT (a) do nothing\n    """;\n}',
  ],
  [
    'A.cs',
    'class A {\n  string q = """"\n    insert into "t" (a)\n    values (1) ON CONFLICT (a) do nothing\n    """";\n}',
  ],
  [
    'A.cs',
    'class A {\n  string q = $"""\n    insert into "t" (a)\n    values ({x}) ON CONFLICT (a) do nothing\n    """;\n}',
  ],
  [
    'A.cs',
    'class A {\n  string q = $$"""\n    insert into "t" (a)\n    values ({{x}}) ON CONFLICT (a) do nothing\n    """;\n}',
  ],
  ['A.cs', 'class A {\n  string q = "insert into \\"t\\" (a) " +\n    "values (1) ON CONFLICT (a) do nothing";\n}'],
  [
    'A.cs',
    'class A {\n  string q = $"insert into \\"t\\" (a, b) values ({x}, \'{{}}\') ON CONFLICT (a) do nothing";\n}',
  ],
  [
    'A.java',
    'class A {\n  String q = """\n    insert into "t" (a, b)\\\n    values (1, \'\\t\') ON CONFLICT (a) do nothing\n    """;\n}',
  ],
  ['A.java', 'class A {\n  String q = "insert into \\"t\\" (a) " +\n    "values (1) ON CONFLICT (a) do nothing";\n}'],
  ['A.kt', 'val q = """\n  insert into "t" (a)\n  values ($x) ON CONFLICT (a) do nothing\n"""'],
  ['A.kt', 'val q = "insert into \\"t\\" (a) " +\n  "values ($x) ON CONFLICT (a) do nothing"'],
  ['A.scala', 'val q = s"""\n  |insert into "t" (a)\n  |values ($x) ON CONFLICT (a) do nothing""".stripMargin'],
  ['a.go', 'package a\nvar q = `\ninsert into "t" (a)\nvalues (1) ON CONFLICT (a) do nothing`'],
  ['a.go', 'package a\nvar q = "insert into \\"t\\" (a) " +\n  "values (1) ON CONFLICT (a) do nothing"'],
  ['a.ts', 'const q = `\n  insert into "t" (a, b)\n  values (${x}, \'\\`\') ON CONFLICT (a) do nothing`;'],
  ['a.ts', "const q = 'insert into \"t\" (a, b) values (1, \\'\\') ON CONFLICT (a) do nothing';"],
  ['a.js', "const q = 'insert into t (a) \\\n  values (1) ON CONFLICT (a) do nothing';"],
  ['a.py', 'q = """\n  insert into "t" (a, b)\n  values (1, \'\\t\') ON CONFLICT (a) do nothing\n"""'],
  ['a.py', 'q = (\n  f"insert into t (a, b) values ({x}, \'{{}}\') "\n  f"ON CONFLICT (a) do nothing"\n)'],
  ['a.py', "q = r'''insert into \"t\" (a)\nvalues (1) ON CONFLICT (a) do nothing'''"],
  ['a.rb', 'q = <<~SQL\n  insert into "t" (a)\n  values (#{x}) ON CONFLICT (a) do nothing\nSQL\n'],
  ['a.rb', 'q = "insert into \\"t\\" (a) " \\\n  "values (#{x}) ON CONFLICT (a) do nothing"'],
  ['a.php', '<?php\n$q = <<<SQL\n  insert into "t" (a)\n  values ({$x}) ON CONFLICT (a) do nothing\nSQL;\n'],
  ['a.php', "<?php\n$q = 'insert into \"t\" (a, b) values (1, \\'\\') ' .\n  'ON CONFLICT (a) do nothing';"],
  ['a.rs', 'const Q: &str = r#"\n  insert into "t" (a)\n  values (1) ON CONFLICT (a) do nothing\n"#;'],
  ['a.rs', 'const Q: &str = "insert into \\"t\\" (a) \\\n  values (1) ON CONFLICT (a) do nothing";'],
  ['a.ex', 'q = """\n  insert into "t" (a)\n  values (#{x}) ON CONFLICT (a) do nothing\n"""'],
  ['a.sql', "select 1;\ninsert into \"t\" (a)\nvalues ('it''s') ON CONFLICT (a) do nothing;"],
  [
    'a.sql',
    "create function f() returns void language plpgsql as '\nbegin\n  insert into t (a) values (''x'') ON CONFLICT (a) do nothing;\nend';",
  ],
  [
    'a.sql',
    "do $$ begin\n  execute 'insert into t (a) values (''x'', ''y'') ' || 'ON CONFLICT (a) do nothing';\nend $$;",
  ],
  [
    'a.xml',
    '<mapper namespace="a"><insert id="a">\n  insert into t (a) select a from u where a &lt; 1\n  ON CONFLICT (a) do nothing\n</insert></mapper>',
  ],
  ['a.vue', '<script>\nconst q = `\n  insert into t (a) values (1) ON CONFLICT (a) do nothing`;\n</script>'],
];

test.each(SOURCES)(
  'the place of an upsert is where its clause stands, whatever ends a line: %s %s',
  async (file, text) => {
    for (const written of [text, text.replaceAll('\n', '\r\n'), `\uFEFF${text}`]) {
      const before = written
        .slice(0, written.indexOf('ON CONFLICT'))
        .replace(/^\uFEFF/, '')
        .split('\n');
      const places = (await find(file, written)).map(({ place }) => place);
      expect(places).toEqual([{ file, line: before.length, column: (before.at(-1) ?? '').length + 1 }]);
    }
  },
);

test.each([
  [
    'a.ts',
    "q(`\ninsert into t (a, b) -- the accounts\nvalues (1, ' -- no  comment') /* of them -- all */\non conflict (a)-- by name\n-- do nothing\ndo update set b = t.b->>0\n`)",
    "insert into t (a, b) values (1, ' -- no comment') on conflict (a) do update set b = t.b->>0",
  ],
  [
    'a.go',
    'package a\nvar q = "insert into t (a) values (?) -- one\\n" + "on conflict (a) do nothing -- two"',
    'insert into t (a) values (?) on conflict (a) do nothing',
  ],
  [
    'a.sql',
    'merge into t -- it\nusing s on t.a = s.a -- by name\nwhen not matched then insert values (1);',
    'merge into t using s on t.a = s.a when not matched then insert values (1)',
  ],
  [
    'a.ts',
    "prisma.user.upsert({\n  // the 'key'\n  where: { email: 'https://a' }, // of them\n  create: {}, update: {},\n})",
    "prisma.user.upsert({ where: { email: 'https://a' }, create: {}, update: {}, })",
  ],
  [
    'a.py',
    "# all\nA.objects.update_or_create(  # one\n    a='x # y',\n    # two\n    defaults={},\n)",
    "A.objects.update_or_create( a='x # y', defaults={}, )",
  ],
])('what is shown of a statement has no comments: %s: %s', async (file, text, shown) => {
  expect((await find(file, text)).map(({ statement }) => statement)).toEqual([shown]);
});
