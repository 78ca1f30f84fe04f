import { expect, test } from 'vitest';
import { summary } from './find.ts';

const INSERT = 'values(&v).on_conflict(id).do_nothing().execute(c)';
const diesel = (uses: string, table: string): string => `${uses}\nfn f() { diesel::insert_into(${table}).${INSERT}; }`;

test.each([
  ['a module', diesel('use crate::schema::acct as a;', 'a::table'), 'acct'],
  ['a module in braces', diesel('use crate::schema::{acct as a, users::{self, dsl::b as c}};', 'a::table'), 'acct'],
  ['a table in nested braces', diesel('use crate::schema::{acct as a, users::{self, dsl::b as c}};', 'c'), 'b'],
  ['a table called table', diesel('use crate::schema::acct::table as a;', 'a'), 'acct'],
  ['a dsl', diesel('use crate::schema::acct::dsl as a;', 'a::acct'), 'acct'],
  ['a dsl and its table', diesel('use crate::schema::acct::dsl as a;', 'a::table'), 'acct'],
  ['a table of a dsl', diesel('use crate::schema::acct::dsl::acct as a;', 'a'), 'acct'],
  ['a module in a function', `fn f() { use schema::acct as a; diesel::insert_into(a::table).${INSERT}; }`, 'acct'],
  ['two modules', diesel('mod x { use schema::acct as a; }\nuse schema::b as a;', 'a::table'), 'a'],
  ['nothing', diesel('use crate::schema::a;', 'a::table'), 'a'],
  ['a parameter', `fn f<T>(a: T, c: &mut C) { diesel::insert_into(a).${INSERT}; }`, '?'],
])('Diesel: what is imported as another name stands for %s', async (_what, text, table) => {
  expect(await summary('a.rs', text)).toEqual([`${table} (id) nothing`]);
});

test('Diesel: table! says what the table and its columns are called, and in which schema', async () => {
  const schema = `diesel::table! {
    use diesel::sql_types::*;
    #[sql_name = "accounts"]
    audit.acct (id) { #[sql_name = "type"] kind -> Text, id -> Int4, }
  }`;
  const text = diesel('use schema::acct as a;', 'a::table').replace('(id)', '(a::kind)');
  expect(await summary('a.rs', text, ['schema.rs', schema])).toEqual(['audit.accounts (type) nothing']);
});

const DRIZZLE = "export const acct = pgTable('accounts', {}); export const a = pgTable('other', {});";
const PYTHON = "class Account(Base):\n    __tablename__ = 'accounts'\nclass A(Base):\n    __tablename__ = 'other'\n";

test.each([
  [
    'Drizzle',
    'a.ts',
    "import { acct as a } from './s';\ndb.insert(a).values(v).onConflictDoNothing({ target: a.id })",
    's.ts',
    DRIZZLE,
    'accounts (id) nothing',
  ],
  [
    'Drizzle, required',
    'a.js',
    "const { acct: a } = require('./s');\ndb.insert(a).values(v).onConflictDoNothing({ target: a.id })",
    's.ts',
    DRIZZLE,
    'accounts (id) nothing',
  ],
  [
    'Drizzle, a parameter',
    'a.ts',
    'const save = async (a) => db.insert(a).values(v).onConflictDoNothing({ target: a.id })',
    's.ts',
    DRIZZLE,
    '? (id) nothing',
  ],
  [
    'SQLAlchemy',
    'a.py',
    'from models import (\n  Account as A,  # short\n)\ns = insert(A).values(x=1).on_conflict_do_nothing(index_elements=["id"])',
    'models.py',
    PYTHON,
    'accounts (id) nothing',
  ],
  [
    'SQLAlchemy, a parameter',
    'a.py',
    'def save(A, rows):\n    s.execute(insert(A).on_conflict_do_nothing(index_elements=["id"]))',
    'models.py',
    PYTHON,
    '? (id) nothing',
  ],
  [
    'SQLAlchemy, the type of a parameter',
    'a.py',
    'def save(row: A, rows):\n    s.execute(insert(A).on_conflict_do_nothing(index_elements=["id"]))',
    'models.py',
    PYTHON,
    'other (id) nothing',
  ],
  [
    'Laravel',
    'a.php',
    "<?php\nuse App\\Models\\Account as A;\nA::upsert($rows, ['id'], ['n']);",
    'Account.php',
    "<?php\nclass Account extends Model { protected $table = 'accounts'; }\nclass A extends Model { protected $table = 'other'; }",
    'accounts (id) update n',
  ],
  [
    'SeaORM',
    'a.rs',
    'use entity::cake::Entity as Cakes;\nfn f() { Cakes::insert(c).on_conflict(OnConflict::column(cake::Column::Id).do_nothing().to_owned()); }',
    'cake.rs',
    '#[sea_orm(table_name = "cakes")]\npub struct Model {}',
    'cakes (id) nothing',
  ],
  [
    'Ecto',
    'a.ex',
    'alias Shop.Account, as: A\nRepo.insert(%A{id: 1}, on_conflict: :nothing, conflict_target: :id)',
    'account.ex',
    'defmodule Shop.Account do\n  schema "accounts" do\n  end\nend\ndefmodule Shop.A do\n  schema "other" do\n  end\nend',
    'accounts (id) nothing',
  ],
])('%s: a class is known by the name that it is defined by', async (_what, file, text, other, models, expected) => {
  expect(await summary(file, text, [other, models])).toEqual([expected]);
});
