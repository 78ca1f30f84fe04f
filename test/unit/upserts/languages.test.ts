// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the source of other programs.
import { expect, test } from 'vitest';
import { find, summary, summaryOf } from './find.ts';

const UPSERT = 'INSERT INTO users (email, name) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name';
const FOUND = ['users (email) update name'];

test.each([
  ['a.go', `package a\nfunc f() { db.Exec(ctx, \`${UPSERT}\`, a, b) }`],
  [
    'a.go',
    `package a\nconst q = "INSERT INTO users (email, name) VALUES ($1, $2) " +\n "ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name"`,
  ],
  ['a.ts', `await db.query('${UPSERT}', [a, b]);`],
  [
    'a.ts',
    `const table = 'users'; await db.query(\`INSERT INTO \${table} (email) VALUES ($1) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name\`);`,
  ],
  [
    'a.ts',
    `await sql\`INSERT INTO users (email, name) VALUES (\${email}, \${name}) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name\``,
  ],
  [
    'a.js',
    `const q = ['INSERT INTO users (email) VALUES ($1)', 'ON CONFLICT (email) DO UPDATE SET name = $2'].join(' ');`,
  ],
  ['a.tsx', `const a = <b/>; q(\`${UPSERT}\`)`],
  ['a.py', `cur.execute("""${UPSERT}""", (a, b))`],
  ['a.py', `SQL = ("INSERT INTO users (email) VALUES (%s) "\n  "ON CONFLICT (email) DO UPDATE SET name = %s")`],
  [
    'a.py',
    `def f():\n    q = "INSERT INTO users (email) VALUES (%s)"\n    q += " ON CONFLICT (email) DO UPDATE SET name = %(name)s"\n    run(q)`,
  ],
  [
    'a.py',
    `T = "users"\nq = "INSERT INTO {} (email) VALUES (%s) ON CONFLICT (email) DO UPDATE SET name = %s".format(T)`,
  ],
  ['a.py', `T = "users"\nq = f"INSERT INTO {T} (email) VALUES (%s) ON CONFLICT (email) DO UPDATE SET name = %s"`],
  [
    'A.java',
    `class A { static final String Q = "INSERT INTO users (email) VALUES (?) " + "ON CONFLICT (email) DO UPDATE SET name = ?"; }`,
  ],
  ['A.java', `class A { String q = """\n  ${UPSERT}\n  """; }`],
  ['A.kt', `val q = """\n  ${UPSERT.replaceAll('$', '?')}\n""".trimIndent()`],
  [
    'A.kt',
    `val q = "INSERT INTO users (email) VALUES (:email) " +\n  "ON CONFLICT (email) DO UPDATE SET name = :name"`,
  ],
  [
    'A.cs',
    `class A { const string Q = @"INSERT INTO ""users"" (email) VALUES (@email) ON CONFLICT (email) DO UPDATE SET name = @name"; }`,
  ],
  [
    'A.cs',
    `class A { const string Q = """\n  INSERT INTO users (email) VALUES (@email) ON CONFLICT (email) DO UPDATE SET name = @name\n  """; }`,
  ],
  ['a.rb', `Q = <<~SQL\n  ${UPSERT}\nSQL\n`],
  [
    'a.rb',
    `execute("INSERT INTO users (email) VALUES (#{quote(email)}) ON CONFLICT (email) DO UPDATE SET name = 'x'")`,
  ],
  [
    'a.php',
    `<?php $q = "INSERT INTO users (email) VALUES (:email) " . "ON CONFLICT (email) DO UPDATE SET name = :name";`,
  ],
  [
    'a.php',
    `<?php $q = <<<SQL\n  INSERT INTO users (email) VALUES (?) ON CONFLICT (email) DO UPDATE SET name = ?\nSQL;`,
  ],
  ['a.rs', `fn f() { sqlx::query!(r#"${UPSERT}"#, a, b); }`],
  [
    'a.rs',
    `const Q: &str = "INSERT INTO users (email) VALUES ($1) \\\n   ON CONFLICT (email) DO UPDATE SET name = $2";`,
  ],
  ['a.sql', `begin;\n${UPSERT};\ncommit;`],
  ['a.sql', `create function f() returns void language plpgsql as $body$ begin ${UPSERT}; end $body$;`],
  ['a.ex', `Repo.query!("INSERT INTO users (email) VALUES ($1) ON CONFLICT (email) DO UPDATE SET name = $2")`],
])('an upsert is found in %s: %s', async (file, text) => {
  expect(await summary(file, text)).toEqual(FOUND);
});

test.each([
  ['the table', 'a.ts', 'q(`INSERT INTO ${table} (a) VALUES ($1) ON CONFLICT (a) DO NOTHING`)', '? (a) nothing'],
  [
    'a part of the table',
    'a.ts',
    'q(`INSERT INTO log_${day} (a) VALUES ($1) ON CONFLICT (a) DO NOTHING`)',
    '? (a) nothing',
  ],
  ['the schema', 'a.ts', 'q(`INSERT INTO ${schema}.t (a) VALUES ($1) ON CONFLICT (a) DO NOTHING`)', '? (a) nothing'],
  ['the target', 'a.py', 'q(f"INSERT INTO t (a) VALUES (1) ON CONFLICT ({cols}) DO NOTHING")', 't ? nothing'],
  [
    'all after the table',
    'a.go',
    'package a\nfunc f() { q := "INSERT INTO t (a) VALUES (1) ON CONFLICT " + target }',
    't ? update ?',
  ],
  ['the action', 'a.ts', 'q("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) " + action)', 't (a) update ?'],
  [
    'the assignments',
    'a.go',
    'package a\nfunc f() { fmt.Sprintf("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET %s", set) }',
    't (a) update ?',
  ],
  ['the INSERT', 'a.rb', 'suffix = "ON CONFLICT (a) DO NOTHING"', '? (a) nothing'],
  [
    'one of many values',
    'a.js',
    'function f(x) { let t = "a"; for (const y of x) { t = y; } q(`INSERT INTO ${t} (a) VALUES (1) ON CONFLICT (a) DO NOTHING`); }',
    '? (a) nothing',
  ],
])('%s is not guessed where a program makes it', async (_what, file, text, expected) => {
  expect(await summary(file, text)).toEqual([expected]);
});

test.each([
  ['a comment', 'a.go', `package a\n// ${UPSERT}\nvar a = 1`],
  ['a comment of SQL', 'a.sql', `-- ${UPSERT}\n/* ${UPSERT} /* nested */ */ select 1;`],
  ['a docstring', 'a.py', `def f():\n    """Runs ${UPSERT}"""\n`],
  ['a sentence', 'a.ts', `throw new Error('what to do on conflict (see the docs) is not known');`],
  ["SQLite's own clause", 'a.sql', 'create table t (a integer unique on conflict replace);'],
  ['a string within a string', 'a.sql', `insert into notes (text) values ('x ON CONFLICT y');`],
])('%s is no upsert', async (_what, file, text) => {
  expect(await summary(file, text)).toEqual([]);
});

test('a clause in a constant counts where it is used, and once', async () => {
  const text =
    'const C = " ON CONFLICT (a) DO NOTHING";\nq("INSERT INTO t (a) VALUES ($1)" + C);\nq("INSERT INTO u (a) VALUES ($1)" + C);';
  expect(await summary('a.js', text)).toEqual(['t (a) nothing', 'u (a) nothing']);
});

test('a statement of many parts, and one that the squirrel builder ends, are read', async () => {
  const columns = Array.from({ length: 300 }, (_, place) => `"c${place}, " +`).join('\n');
  expect(
    await summary(
      'a.go',
      `package a\nvar q = "INSERT INTO t (" +\n${columns}\n"z) VALUES (1) ON CONFLICT (z) DO NOTHING"`,
    ),
  ).toEqual(['t (z) nothing']);
  const built = 'package a\nfunc f() { sq.Insert("t").Columns("a").Values(a).Suffix("ON CONFLICT (a) DO NOTHING") }';
  expect(await summary('a.go', built)).toEqual(['t (a) nothing']);
});

test('a clause in a function body that a program puts together has its own line', async () => {
  const text =
    'q(`create function ${schema}.f() returns void as $$\n insert into t values (${a.long.name.of.a.value})\n on conflict (b) do nothing;\n$$`)';
  expect((await find('a.ts', text))[0]).toMatchObject({ place: { line: 3, column: 2 }, table: { names: ['t'] } });
});

test('an upsert has the line and column of its ON CONFLICT, its columns, and what it sets', async () => {
  const [upsert] = await find(
    'a.go',
    'package a\n\nfunc f() {\n\tdb.Exec(`\n\t\tINSERT INTO app.users (id, email) VALUES ($1, $2)\n\t\tON CONFLICT (email) DO UPDATE SET id = $1, email = EXCLUDED.email, n = users.n, m = 1 + 1`)\n}',
  );
  expect(upsert).toMatchObject({
    place: { file: 'a.go', line: 6, column: 3 },
    table: { schema: 'app', names: ['users'] },
    inserted: ['id', 'email'],
    action: {
      assigned: [
        { column: 'id', value: 'given' },
        { column: 'email', value: 'proposed' },
        { column: 'n', value: 'kept' },
        { column: 'm', value: 'other' },
      ],
    },
  });
});

test('a comment with a reason takes an upsert out; one without does not', async () => {
  const text = (comment: string): string => `package a\nfunc f() {\n\t${comment}\n\tdb.Exec("${UPSERT}")\n}`;
  expect((await find('a.go', text('// msgdb-ignore: the table is made at night')))[0]?.ignored).toBe(
    'the table is made at night',
  );
  expect((await find('a.go', text('// msgdb-ignore:')))[0]?.ignored).toBeUndefined();
});

test('a parameter in the WHERE of the target is distinguished from a literal', async () => {
  const targets = async (where: string) =>
    (await find('a.sql', `insert into t (a) values (1) on conflict (a) where ${where} do nothing`))[0];
  expect(await targets("status = 'open'")).toMatchObject({ target: { parameter: false, where: "status = 'open'" } });
  expect(await targets('status = ? and x = :y')).toMatchObject({
    target: { parameter: true, where: 'status = $1 and x = $2' },
  });
});

test('a target that PostgreSQL cannot read is not put into a probe', async () => {
  const targets = ['(a b c)', '(a) where true union select 1', '(a) where', '(a,)'];
  for (const target of targets) {
    expect(await summary('a.sql', `insert into t values (1) on conflict ${target} do nothing`)).toEqual([
      't ? nothing',
    ]);
  }
  expect(
    await summary('a.sql', 'insert into t values (1) on conflict (a) where true) do nothing; drop table t'),
  ).toEqual([]);
});

test('MERGE has the columns of its condition', async () => {
  const text =
    'merge into users u using s on u.email = s.email and u.org = s.org when not matched then insert values (s.email)';
  expect(await summary('a.sql', text)).toEqual(['users merge (email, org)']);
});

test('a lookup by key and an insert of it, in one function, is a check-then-insert', async () => {
  const body = (between: string): string =>
    `package a\nfunc f() {\n\tdb.QueryRow("SELECT id FROM users WHERE email = $1", e)\n${between}\tdb.Exec("INSERT INTO users (email) VALUES ($1)", e)\n}`;
  expect(await summary('a.go', body(''))).toEqual(['users check-then-insert (email)']);
  expect(await summary('a.go', body('}\nfunc g() {\n'))).toEqual([]);
  expect(await summary('a.go', body('\tdb.Exec("select pg_advisory_xact_lock(1)")\n'))).toEqual([]);
});

test.each([
  ['an order', 'db.QueryRow("SELECT id FROM items WHERE list_id = $1 ORDER BY place", l)'],
  ['the next number', 'db.QueryRow("SELECT coalesce(max(place), 0) + 1 FROM items WHERE list_id = $1", l)'],
  ['the last place', 'db.QueryRow("SELECT place FROM items WHERE list_id = $1 ORDER BY place DESC LIMIT 1", l)'],
  ['several rows', 'db.QueryRow("SELECT id FROM items WHERE list_id = $1 LIMIT 10", l)'],
  ['pages', 'db.QueryRow("SELECT id FROM items WHERE list_id = $1 LIMIT 1 OFFSET $2", l, 1)'],
  ['groups', 'db.QueryRow("SELECT kind, count(*) FROM items WHERE list_id = $1 GROUP BY kind", l)'],
  ['rows', 'rows, err := db.QueryContext(ctx, "SELECT id FROM items WHERE list_id = $1", l)'],
  ['rows of sqlx', 'err := db.Select(&items, `SELECT * FROM items WHERE list_id = $1`, l)'],
  ['a loop', 'rows, err := tx.run("SELECT id FROM items WHERE list_id = $1", l)\n\tfor rows.Next() {}'],
])('a lookup that reads a list is no check before an insert: %s', async (_what, lookup) => {
  const text = `package a\nfunc f() {\n\t${lookup}\n\tdb.Exec("INSERT INTO items (list_id, place) VALUES ($1, $2)", l, p)\n}`;
  expect(await summary('a.go', text)).toEqual([]);
});

test.each([
  ['the newest', 'db.QueryRow("SELECT id FROM items WHERE list_id = $1 ORDER BY created_at DESC LIMIT 1", l)'],
  ['a count', 'db.QueryRow("SELECT count(*) FROM items WHERE list_id = $1", l)'],
  ['one row', 'db.QueryRow("SELECT 1 FROM items WHERE list_id = $1 FETCH FIRST ROW ONLY", l)'],
  ['the first of rows', 'rows, _ := db.Query("SELECT 1 FROM items WHERE list_id = $1", l)\n\tif !rows.Next() {}'],
])('a lookup that asks whether a row is there is one: %s', async (_what, lookup) => {
  const text = `package a\nfunc f() {\n\t${lookup}\n\tdb.Exec("INSERT INTO items (list_id) VALUES ($1)", l)\n}`;
  expect(await summary('a.go', text)).toEqual(['items check-then-insert (list_id)']);
});

const WHOLE = 'INSERT INTO users (email) VALUES ($1) ON CONFLICT (name) DO NOTHING';

test.each([
  ['a.go', `package a\nfunc f() { return fmt.Errorf("INSERT INTO t ON CONFLICT DO NOTHING failed: %w", err) }`],
  ['a.go', `package a\nfunc f() { log.Printf("${WHOLE}: %v", err) }`],
  ['a.go', `package a\nfunc f() { slog.ErrorContext(ctx, "${WHOLE}", "error", err) }`],
  ['a.go', `package a\nvar e = errors.New("insert into users ... on conflict (name) do nothing")`],
  ['a.py', `logger.error("${WHOLE}: %s", error)`],
  ['a.py', `raise ValueError("${WHOLE} has failed")`],
  ['a.ts', `throw new Error(\`${WHOLE}: \${error}\`);`],
  ['a.ts', `const hint = 'use INSERT INTO users (email) VALUES (...) ON CONFLICT (name) DO NOTHING';`],
  ['a.js', `const label = 'On conflict do nothing';`],
  ['a.js', `const text = 'fails on conflict do nothing';`],
  ['a.js', `const text = 'ON CONFLICT DO NOTHING: the row is there';`],
  ['a.rb', `raise "${WHOLE} did nothing"`],
  ['A.java', `class A { void f() { LOG.warn("${WHOLE}"); } }`],
  ['a.rs', `fn f() { bail!("${WHOLE}"); }`],
])('what a program says about an upsert is not one: %s: %s', async (file, text) => {
  expect(await summary(file, text)).toEqual([]);
});

test.each([
  ['a.go', `package a\nfunc f() { db.Exec("${WHOLE}") }`, 'users (name) nothing'],
  ['a.go', `package a\nfunc f() { logged.Exec(ctx, "${WHOLE}", email) }`, 'users (name) nothing'],
  ['a.go', `package a\nfunc f() { q := fmt.Sprintf("${WHOLE}", email) }`, 'users (name) nothing'],
  ['a.ts', `catalog.query('${WHOLE} RETURNING id')`, 'users (name) nothing'],
  ['a.ts', `const tail = ' ON CONFLICT DO NOTHING';`, '? none nothing'],
])('what a program runs is one: %s: %s', async (file, text, found) => {
  expect(await summary(file, text)).toEqual([found]);
});

test("Elixir's strings may run over lines, and a quotation mark as a character begins none", async () => {
  const text = `quote = ?"
sql = "insert into t (a)
  values ($1)
  on conflict
  -- it is NULL != NULL
  (a) do nothing"
`;
  expect(await summary('a.ex', text)).toEqual(['t (a) nothing']);
});

test.each([
  ['a.mts', `export const q = \`${UPSERT}\`;`],
  ['a.cts', `const q = '${UPSERT}';`],
  ['a.jsx', `const a = <b/>; q(\`${UPSERT}\`)`],
  [
    'a.vue',
    `<template>\n  <p>Don't {{ x }} \`</p>\n</template>\n<script setup lang="ts">\nq(\`${UPSERT}\`)\n</script>`,
  ],
  ['a.vue', `<script lang="tsx">const a = <b/>; q(\`${UPSERT}\`)</script>`],
  ['a.svelte', `<script context="module">\nlet a = 1;\n</script>\n<script>q('${UPSERT}')</script>\n{#if a}it's{/if}`],
  ['a.astro', `---\nconst rows = await q(\`${UPSERT}\`);\n---\n<p>It's {rows}</p>\n<script>f()</script>`],
])('the script of a page or module is read: %s: %s', async (file, text) => {
  const found = await find(file, text);
  expect(found.map(summaryOf)).toEqual(FOUND);
  const before = text.slice(0, text.indexOf('ON CONFLICT')).split('\n');
  expect(found[0]?.place).toEqual({ file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
});

test('calls of libraries are read in a page too', async () => {
  const page = `<script setup>\nawait supabase.from('users').upsert(row, { onConflict: 'email' })\n</script>\n`;
  expect(await summary('a.vue', page)).toEqual(['users (email) update ?']);
});
