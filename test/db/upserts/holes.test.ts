// biome-ignore-all lint/suspicious/noTemplateCurlyInString: source of programs that are checked
import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { check } from './check.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql.unsafe('create table acct (k text not null unique, n integer)').simple();
});

test('what a program fills in has no character of its own in what is said, wherever it stands', async () => {
  const statements = [
    'insert into "${s}".acct (k) values ($1) on conflict (k) do nothing',
    'insert into "${s}_x"."acct" (k) values ($1) on conflict (k) do nothing',
    'insert into ${s}.acct (k) values ($1) on conflict (k) do nothing',
    'insert into "acct_${s}" (k) values ($1) on conflict (k) do nothing',
    'insert into acct ("${c}") values ($1) on conflict (k) do nothing',
    'insert into acct (k) values ($1) on conflict ("${c}") do nothing',
    'insert into acct (k) values ($1) on conflict ("${c}", k) do nothing',
    'insert into acct (k) values ($1) on conflict (lower("${c}")) do nothing',
    'insert into acct (k) values ($1) on conflict (k) where "${c}" is null do nothing',
    "insert into acct (k) values ($1) on conflict (k) where n = '${c}' do nothing",
    'insert into acct (k) values ($1) on conflict on constraint "${c}" do nothing',
    'insert into acct (k) values ($1) on conflict on constraint "acct_${c}" do nothing',
    'insert into acct (k) values ($1) on conflict (k) do update set "${c}" = 1',
    'insert into acct (k) values ($1) on conflict (k) do update set n = \'${c}\'::text where "${c}" > 1',
    'merge into "${s}".acct a using x on a.k = x.k when not matched then insert values (1)',
    'merge into acct a using x on a."${c}" = x.k when not matched then insert values (1)',
  ];
  const files = Object.fromEntries(statements.map((sql, place) => [`a${place}.ts`, `db.query(\`${sql}\`)`]));
  const report = await check(db, {
    ...files,
    'a.py': 'cur.execute(f"""insert into "{s}".acct (k) values (%s) on conflict (k) do nothing""")',
  });
  expect(report.upserts).toHaveLength(statements.length + 1);
  expect(JSON.stringify(report)).not.toMatch(/[\uE000-\uF8FF]/);
  for (const file of ['a0.ts', 'a1.ts', 'a2.ts', 'a3.ts', 'a.py', 'a14.ts']) {
    expect(report.upserts.find((each) => each.file === file)).toMatchObject({
      status: 'unresolved',
      message: 'the table is named while the program runs',
    });
  }
});
