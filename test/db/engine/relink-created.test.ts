import { beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import type { Value } from '../../../src/model/operations/common.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { maskValue } from '../../../src/report/redact/mask.ts';
import { redactReport } from '../../../src/report/redact/report.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeProjectOf } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

interface Case {
  readonly name: string;
  /** Further columns of the referenced table. */
  readonly more: string;
  readonly create?: Readonly<Record<string, Value>>;
  /** Rows of `c` as well. */
  readonly rows?: string;
  /** What else there is. */
  readonly schema?: string;
  /** What the plan says; undefined: it is done. */
  readonly says: RegExp | undefined;
  readonly fix?: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'a CHECK',
    more: 'name text check (length(name) > 2)',
    create: { name: 'x' },
    says: /^Creating missing rows would break the CHECK constraint p_name_check of p in 2 rows of p, \(ph\)=\(aa; bb\)\.$/,
    fix: /createMissing/,
  },
  { name: 'a CHECK that is met', more: 'name text check (length(name) > 2)', create: { name: 'xyz' }, says: undefined },
  {
    name: 'a CHECK of what is matched',
    more: "constraint short check (ph <> 'bb')",
    says: /CHECK constraint short of p in 1 row of p, \(ph\)=\(bb\)\.$/,
  },
  { name: 'a CHECK that a NULL meets', more: 'name text check (length(name) > 2)', says: undefined },
  {
    name: 'a CHECK of a default, which the run finds out',
    more: "name text default 'x' check (length(name) > 0)",
    says: undefined,
  },
  {
    name: 'NOT NULL without a default',
    more: 'name text not null',
    says: /NOT NULL constraint of p\.name in 2 rows/,
    fix: /createMissing: \{ name: … \}/,
  },
  {
    name: 'what a trigger fills, and a CHECK of it',
    more: 'slug text not null unique check (length(slug) = 2)',
    create: { slug: 'same' },
    schema: `create function fill() returns trigger language plpgsql as $$ begin new.slug := new.ph; return new; end $$;
             create trigger fill before insert on p for each row execute function fill()`,
    says: undefined,
  },
  {
    name: 'NOT NULL with a default',
    more: "name text not null default 'x', at timestamptz not null default now()",
    says: undefined,
  },
  {
    name: 'unique on another column, between two that are created',
    more: 'slug text unique',
    create: { slug: 'x' },
    says: /the unique index p_slug_key of p in 1 row of p, \(ph\)=\(bb\)\.$/,
    fix: /an expression/,
  },
  {
    name: 'unique on another column, beside a row that is there',
    more: 'slug text unique',
    create: { slug: { expression: 'min(ph)' } },
    schema: "insert into p (ph, slug) values ('zz', 'aa')",
    says: /the unique index p_slug_key of p in 1 row of p, \(ph\)=\(aa\)\.$/,
  },
  {
    name: 'unique on another column, each row with its own',
    more: 'slug text unique',
    create: { slug: { expression: 'min(ph)' } },
    says: undefined,
  },
  { name: 'unique on another column, where NULLs are apart', more: 'slug text unique', says: undefined },
  {
    name: 'a partial unique index',
    more: 'slug text, gone bool default false',
    create: { slug: 'x', gone: true },
    schema: 'create unique index on p (slug) where not gone',
    says: undefined,
  },
  {
    name: 'an identity',
    more: 'n int generated always as identity',
    create: { n: 5 },
    says: /cannot be created with a value for n, which is GENERATED ALWAYS AS IDENTITY/,
  },
  {
    name: 'a generated column',
    more: 'n int generated always as (id * 2) stored',
    create: { n: 5 },
    says: /with a value for n, which is computed from other columns/,
  },
  {
    name: 'a text that is too long',
    more: 'name varchar(3)',
    create: { name: 'abcd' },
    says: /the length or precision of p\.name in 2 rows/,
    fix: /widen the column/,
  },
  {
    name: 'a text that is too long, of what is matched',
    more: 'name text',
    rows: "(4, 'toolong')",
    says: /the length or precision of p\.ph in 1 row of p, \(ph\)=\(toolong\)\.$/,
  },
  {
    name: 'a number that is too large',
    more: 'n numeric(3, 1)',
    create: { n: 12345 },
    says: /^Creating missing rows with a value for p\.n fails .*numeric field overflow/i,
    fix: /createMissing/,
  },
  {
    name: 'a value of another type',
    more: 'n int',
    create: { n: 'abc' },
    says: /p\.n fails .*invalid input syntax for type integer/i,
  },
  {
    name: 'a foreign key',
    more: 'o int references o',
    create: { o: 7 },
    says: /the foreign key p_o_fkey of p in 2 rows/,
  },
  { name: 'a foreign key that is met', more: 'o int references o', create: { o: 1 }, says: undefined },
  { name: 'a domain', more: 'd pos', create: { d: -1 }, says: /the domain constraint pos_check in 2 rows/ },
  {
    name: 'a trigger that keeps rows out',
    more: 'n int',
    schema: `create function f() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger f before insert on p for each row execute function f()`,
    says: /^Creating missing rows would have no effect: trigger f of p .* keeps 2 rows/,
  },
  {
    name: 'a trigger that raises',
    more: 'n int',
    schema: `create function f() returns trigger language plpgsql as $$ begin raise exception 'No more'; end $$;
      create trigger f before insert on p for each statement execute function f()`,
    says: /^Creating missing rows would be stopped: trigger f of p .* raises "No more" for the statement/,
  },
];

describe('rows that relink creates', () => {
  test.each(CASES)(
    '$name: what the plan accepts, the run does',
    async ({ more, create = {}, rows, schema = '', says, fix }) => {
      const { sql } = db;
      await sql.unsafe(`
      create table o (id int primary key); insert into o values (1);
      create domain pos as int check (value > 0);
      create table p (id int generated by default as identity primary key, ph varchar(5) not null unique, ${more});
      create table c (id int primary key, ph text, p_id int references p);
      insert into c values (1, 'aa', null), (2, 'bb', null), (3, 'bb', null);
      ${rows === undefined ? '' : `insert into c values ${rows};`}
      ${schema}`);
      const project = await makeProjectOf(db, [
        relink({ table: 'c', column: 'p_id', to: 'p', match: { ph: 'ph' }, createMissing: create }),
      ]);
      const looked = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
      if (says === undefined) {
        expectOk(looked);
        expectOk(await project.migrate());
        expect(await column(sql, 'select count(*) from c where p_id is null')).toEqual(['0']);
        return;
      }
      expect(looked.findings.map(({ code }) => code)).toEqual(['MSGDB_REFUSED']);
      expect(looked.findings[0]?.message).toMatch(says);
      if (fix) expect(looked.findings[0]?.fix).toMatch(fix);
      expect((await project.migrate()).verdict).not.toBe('ok');
      expect(await column(sql, "select count(*) from p where ph <> 'zz'")).toEqual(['0']);
    },
  );

  test('a unique index on one of the columns that are matched', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table p (id int generated by default as identity primary key, a text not null unique, b text);
      insert into p (a, b) values ('x', '1');
      create table c (id int primary key, a text, b text, p_id int references p);
      insert into c values (1, 'x', '2', null), (2, 'y', '1', null)`);
    const project = await makeProjectOf(db, [
      relink({ table: 'c', column: 'p_id', to: 'p', match: { a: 'a', b: 'b' }, createMissing: {} }),
    ]);
    const { findings } = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
    expect(findings).toMatchObject([{ code: 'MSGDB_REFUSED', message: expect.stringContaining('p_a_key') }]);
  });

  test('values in a refusal are masked with --redact, over several lines too', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table p (id int generated by default as identity primary key, ph text not null unique, n int not null);
      create table c (id int primary key, ph text, p_id int references p);
      insert into c values (1, '+49 secret', null), (2, E'+49 secret\n+49 secret', null)`);
    const project = await makeProjectOf(db, [
      relink({ table: 'c', column: 'p_id', to: 'p', match: { ph: 'ph' }, createMissing: {} }),
    ]);
    const shown = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
    expect(JSON.stringify(shown.plan)).toContain('secret');
    const redacted = JSON.stringify(redactReport(shown, { mask: maskValue, hides: () => true, hidesIn: () => true }));
    expect(redacted).toContain('NOT NULL constraint of p.n');
    expect(redacted).not.toContain('secret');
  });
});
