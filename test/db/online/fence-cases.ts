import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';

const TABLE = 'create table t (id int primary key, k text, n int, live boolean not null default true);';
/** What an application does behind a fence. */
interface FenceCase {
  readonly name: string;
  readonly setup: string;
  readonly rule?: Partial<UniqueKeyOptions>;
  /** Statements of the application in order, and what each comes to. */
  readonly does: readonly (readonly [statement: string, result: string])[];
}
export const FENCE_CASES: readonly FenceCase[] = [
  {
    name: 'a copy of an old row and of a new one, within one statement too; NULLs are none',
    setup: `${TABLE} insert into t values (1, 'a')`,
    does: [
      [`insert into t values (2, 'a')`, '23505'],
      [`insert into t values (3, 'b')`, 'ok'],
      [`insert into t values (4, 'b')`, '23505'],
      [`insert into t values (5, 'c'), (6, 'c')`, '23505'],
      [`insert into t values (7, null), (8, null)`, 'ok'],
      [`update t set k = 'a' where id = 3`, '23505'],
      [`begin; delete from t where id = 1; insert into t values (9, 'a'); commit`, 'ok'],
    ],
  },
  {
    name: 'a row of an old group may be changed, and leave the group, but none may join it',
    setup: `${TABLE} insert into t values (1, 'a'), (2, 'a'), (3, 'b')`,
    does: [
      [`update t set n = 1 where id = 1`, 'ok'],
      [`update t set k = 'a' where id = 2`, 'ok'],
      [`update t set k = k || ''`, 'ok'],
      [`update t set k = 'c' where id = 2`, 'ok'],
      [`update t set k = 'a' where id = 3`, '23505'],
      [`delete from t where id = 1`, 'ok'],
      [`update t set k = 'a' where id = 3`, 'ok'],
    ],
  },
  {
    name: 'keys that change places in one statement are none',
    setup: `${TABLE} insert into t values (1, '1'), (2, '2'), (3, '3')`,
    does: [[`update t set k = (k::int % 3 + 1)::text`, 'ok']],
  },
  {
    name: 'an upsert by another key continues',
    setup: `${TABLE} insert into t values (1, 'a')`,
    does: [
      [`insert into t values (1, 'a', 5) on conflict (id) do update set n = excluded.n`, 'ok'],
      [`insert into t values (1, 'a', 5) on conflict do nothing`, 'ok'],
      [`insert into t values (2, 'a', 5) on conflict (id) do update set n = excluded.n`, '23505'],
    ],
  },
  {
    name: 'an expression, with a function outside search_path',
    setup: `create schema app; create function app.fold(text) returns text immutable language sql as $$ select lower($1) $$;
            ${TABLE} insert into t values (1, 'A')`,
    rule: { key: [{ expression: 'app.fold(k)' }, 'n'], nulls: 'distinct' },
    does: [
      [`update t set n = 0`, 'ok'],
      [`insert into t values (2, 'a', 0)`, '23505'],
      [`insert into t values (3, 'a', 1)`, 'ok'],
      [`insert into t values (4, 'b', 0)`, 'ok'],
      [`update t set k = 'a' where id = 1`, 'ok'],
    ],
  },
  {
    name: 'a predicate: only rows inside it, and one that enters it',
    setup: `${TABLE} insert into t values (1, 'a', 1, true), (2, 'a', 1, false)`,
    rule: { where: 'live' },
    does: [
      [`insert into t values (3, 'a', 1, false)`, 'ok'],
      [`insert into t values (4, 'a')`, '23505'],
      [`update t set live = true where id = 2`, '23505'],
      [`update t set live = false where id = 1`, 'ok'],
      [`update t set live = true where id = 2`, 'ok'],
    ],
  },
  {
    name: 'NULLS NOT DISTINCT, in one column and in both',
    setup: `${TABLE} insert into t values (1, 'a', null), (2, null, null)`,
    rule: { key: ['k', 'n'], nulls: 'not distinct' },
    does: [
      [`insert into t values (3, 'a', null)`, '23505'],
      [`insert into t values (4, null, null)`, '23505'],
      [`insert into t values (5, 'a', 1)`, 'ok'],
      [`insert into t values (6, 'a', 1)`, '23505'],
      [`insert into t values (7, null, 1)`, 'ok'],
      [`update t set live = false where id = 2`, 'ok'],
      [`update t set k = null where id = 1`, '23505'],
    ],
  },
  {
    name: 'a composite value whose fields are NULL is a value, and not the NULL of NULLS NOT DISTINCT',
    setup: `create type pair as (a int, b int); create table t (id int primary key, k pair);
            insert into t values (1, null), (2, row(1, 1))`,
    rule: { nulls: 'not distinct' },
    does: [
      [`insert into t values (3, row(null, null))`, 'ok'],
      [`insert into t values (4, row(null, null))`, '23505'],
      [`insert into t values (5, null)`, '23505'],
      [`update t set k = row(null, null) where id = 1`, '23505'],
    ],
  },
  {
    name: 'the column’s own equality: citext, a collation that folds case, numeric, char(n)',
    setup: `create extension citext;
            create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            create table t (id int primary key, k citext, c text collate ci, m numeric, h char(5));
            insert into t values (1, 'A', 'A', 1.0, 'x')`,
    rule: { key: ['k', 'c', 'm', 'h'] },
    does: [
      [`insert into t values (2, 'a', 'a', 1.00, 'x  ')`, '23505'],
      [`insert into t values (3, 'a', 'a', 1.01, 'x')`, 'ok'],
      [`update t set k = 'a', c = 'a', m = 1.000 where id = 1`, 'ok'],
    ],
  },
  {
    name: 'a type that cannot be hashed, an enum and an array',
    setup: `create type mood as enum ('low', 'high');
            create table t (id int primary key, k bit(3), e mood, a int[]); insert into t values (1, '101', 'low', '{1}')`,
    rule: { key: ['k', 'e', 'a'] },
    does: [
      [`insert into t values (2, '101', 'low', '{1}')`, '23505'],
      [`insert into t values (3, '101', 'high', '{1}')`, 'ok'],
    ],
  },
  {
    name: 'a generated column, after a trigger that changes what it is made of',
    setup: `create table t (id int primary key, raw text, k text generated always as (lower(raw)) stored);
            create function trim_raw() returns trigger language plpgsql as $$ begin new.raw := btrim(new.raw); return new; end $$;
            create trigger trim_raw before insert or update on t for each row execute function trim_raw();
            insert into t values (1, 'A')`,
    does: [
      [`insert into t values (2, ' a ')`, '23505'],
      [`insert into t values (3, 'b')`, 'ok'],
      [`update t set raw = 'a  ' where id = 3`, '23505'],
    ],
  },
  {
    name: 'a partitioned table, whichever way a row comes',
    setup: `create table t (id int, k text, n int, primary key (id, n)) partition by list (n);
            create table t1 (n int not null, k text, id int not null);
            alter table t attach partition t1 for values in (1);
            create table t_rest partition of t default;
            insert into t values (1, 'a', 1), (2, 'a', 2)`,
    rule: { key: ['k', 'n'] },
    does: [
      [`insert into t values (3, 'a', 1)`, '23505'],
      [`insert into t1 (id, k, n) values (4, 'a', 1)`, '23505'],
      [`insert into t values (5, 'a', 3)`, 'ok'],
      [`update t set n = 1 where id = 5`, '23505'],
      [`update t set n = 4 where id = 5`, 'ok'],
    ],
  },
  {
    name: 'names that need quotes',
    setup: `create table t (id int primary key, "K'k""" text, "select" int); insert into t values (1, 'a', 1)`,
    rule: { key: [`"K'k"""`, 'select'], index: `odd "name" of 'it'` },
    does: [
      [`insert into t values (2, 'a', 1)`, '23505'],
      [`insert into t values (2, 'a', 2)`, 'ok'],
    ],
  },
];
