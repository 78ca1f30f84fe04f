import { expect, test } from 'vitest';
import { summary } from './find.ts';

test.each([
  ['supabase-js', 'a.ts', `await db.from('t').upsert({ a: 1, b }, { onConflict: 'a, b' })`, 't (a, b) update a, b'],
  ['supabase-js without a target', 'a.ts', `await db.from('t').upsert({ a: 1 })`, 't primary-key update a'],
  [
    'supabase-js in a schema',
    'a.ts',
    `await db.schema('app').from('t').upsert(rows, { onConflict: 'a', ignoreDuplicates: true })`,
    'app.t (a) nothing',
  ],
  [
    'supabase-js with a table at run time',
    'a.ts',
    `await db.from(table).upsert(rows, { onConflict: 'a' })`,
    '? (a) update ?',
  ],
  [
    'supabase-js with a constant',
    'a.ts',
    `const TABLE = 't'; const opts = { onConflict: 'a' }; await db.from(TABLE).upsert(rows, opts)`,
    't (a) update ?',
  ],
  ['supabase-py', 'a.py', `supabase.table("t").upsert({"a": 1}, on_conflict="a").execute()`, 't (a) update a'],
  [
    'Kysely',
    'a.ts',
    `db.insertInto('t').values({ a, b }).onConflict((oc) => oc.columns(['a', 'b']).doUpdateSet({ c: 1 }))`,
    't (a, b) update c',
  ],
  [
    'Kysely with one column',
    'a.ts',
    `db.insertInto('t').values(v).onConflict(oc => oc.column('a').doNothing())`,
    't (a) nothing',
  ],
  [
    'Kysely with a constraint',
    'a.ts',
    `db.insertInto('t').values(v).onConflict(oc => oc.constraint('t_key').doNothing())`,
    't constraint t_key nothing',
  ],
  ['Knex', 'a.js', `knex('t').insert({ a: 1, b: 2 }).onConflict(['a', 'b']).merge()`, 't (a, b) update a, b'],
  ['Knex ignoring', 'a.js', `knex('t').insert(rows).onConflict('a').ignore()`, 't (a) nothing'],
  ['Knex without a target', 'a.js', `knex.insert(rows).into('t').onConflict().ignore()`, 't none nothing'],
  [
    'Knex with a raw target',
    'a.js',
    `knex('t').insert(rows).onConflict(knex.raw('(a) where b')).merge()`,
    't (a) where b update ?',
  ],
  ['Laravel', 'a.php', `<?php User::upsert($rows, ['email', 'org'], ['name']);`, 'users (email, org) update name'],
  ["Laravel's query builder", 'a.php', `<?php DB::table('t')->upsert([['a' => 1]], 'a', ['b']);`, 't (a) update b'],
  [
    "Laravel's updateOrCreate",
    'a.php',
    `<?php User::updateOrCreate(['email' => $e], ['name' => $n]);`,
    'users check-then-insert (email)',
  ],
  [
    'Laravel with a table of its own',
    'a.php',
    `<?php\nclass Person extends Model { protected $table = 'folk'; function f() { Person::insertOrIgnore($rows); } }`,
    'folk none nothing',
  ],
  ['ActiveRecord', 'a.rb', `User.upsert_all(rows, unique_by: %i[email org_id])`, 'users index email, org_id update ?'],
  [
    'ActiveRecord by an index',
    'a.rb',
    `AppSetting.upsert({ name: 'a' }, unique_by: :index_on_name)`,
    'app_settings index index_on_name update name',
  ],
  ["ActiveRecord's insert_all", 'a.rb', `Category.insert_all(rows)`, 'categories none nothing'],
  [
    'ActiveRecord in a module',
    'a.rb',
    'Security::Price.upsert_all(rows, unique_by: %i[a])',
    'security_prices index a update ?',
  ],
  ["ActiveRecord's association", 'a.rb', 'account.balances.upsert_all(rows, unique_by: :a)', '? index a update ?'],
  [
    "ActiveRecord's find_or_create_by!",
    'a.rb',
    'Merchant.create_with(a: 1).find_or_create_by!(name: n)',
    'merchants check-then-insert (name)',
  ],
  [
    "ActiveRecord's find_or_create_by",
    'a.rb',
    `User.find_or_create_by(email: e, org_id: o)`,
    'users check-then-insert (email, org_id)',
  ],
  ['Ecto', 'a.ex', `Repo.insert_all("t", rows, on_conflict: :nothing, conflict_target: [:a, :b])`, 't (a, b) nothing'],
  [
    "Ecto's schema",
    'a.ex',
    `defmodule App.User do\n  schema "people" do\n  end\nend\nRepo.insert(%User{email: e}, on_conflict: {:replace, [:name]}, conflict_target: :email)`,
    'people (email) update name',
  ],
  [
    'SQLAlchemy',
    'a.py',
    `class User(Base):\n    __tablename__ = "users"\n\nstmt = insert(User).values(email=e, name=n)\nstmt = stmt.on_conflict_do_update(index_elements=[User.email], set_={"name": stmt.excluded.name})`,
    'users (email) update name',
  ],
  [
    "SQLAlchemy's constraint",
    'a.py',
    `t = Table("users", metadata)\ndef f():\n    pg_insert(t).values(rows).on_conflict_do_nothing(constraint="uq_email")`,
    'users constraint uq_email nothing',
  ],
  [
    "SQLAlchemy's index_where",
    'a.py',
    `class U(Base):\n    __tablename__ = "users"\n\ninsert(U).values(a=1).on_conflict_do_nothing(index_elements=["a"], index_where=text("b is null"))`,
    'users (a) where b is null nothing',
  ],
  [
    'Drizzle',
    'a.ts',
    `const users = pgTable('people', {\n  email: text('email_address'),\n});\ndb.insert(users).values({ email, name }).onConflictDoUpdate({ target: users.email, set: { name } })`,
    'people (email_address) update name',
  ],
  [
    "Drizzle's list",
    'a.ts',
    `const users = pgTable('people', {\n  a: text('a'),\n  b: text('b'),\n});\ndb.insert(users).values(v).onConflictDoNothing({ target: [users.a, users.b] })`,
    'people (a, b) nothing',
  ],
  [
    'TypeORM',
    'a.ts',
    `@Entity('people')\nclass User {}\nclass S { constructor(private readonly users: Repository<User>) {} f() { return this.users.upsert(rows, ['email']); } }`,
    'people (email) update ?',
  ],
  [
    "TypeORM's manager",
    'a.ts',
    `@Entity()\nclass UserGroup {}\nmanager.upsert(UserGroup, { a: 1 }, { conflictPaths: ['a'] })`,
    'user_group (a) update a',
  ],
  [
    "TypeORM's builder",
    'a.ts',
    `@Entity({ name: 'people' })\nclass User {}\nqb.insert().into(User).values({ a: 1 }).orUpdate(['b'], ['a'])`,
    'people (a) update b',
  ],
  [
    'Sequelize',
    'a.js',
    `const User = sequelize.define('User', {}, { tableName: 'people' });\nUser.upsert({ email, name }, { conflictFields: ['email'] })`,
    'people (email) update email, name',
  ],
  [
    "Sequelize's bulkCreate",
    'a.js',
    `const User = sequelize.define('User', {}, { tableName: 'people' });\nUser.bulkCreate(rows, { updateOnDuplicate: ['name'], conflictAttributes: ['email'] })`,
    'people (email) update name',
  ],
  [
    'Django',
    'shop/models.py',
    `from django.db import models\nclass Item(models.Model):\n    sku = models.CharField()\n\nItem.objects.bulk_create(rows, update_conflicts=True, unique_fields=["sku"], update_fields=["n"])`,
    'shop_item (sku) update n',
  ],
  [
    "Django's update_or_create",
    'shop/models.py',
    `class Item(models.Model):\n    owner = models.ForeignKey(User)\n    class Meta:\n        db_table = "items"\n\nItem.objects.update_or_create(owner=o, sku=s, defaults={"n": 1})`,
    'items check-then-insert (owner_id, sku)',
  ],
  [
    'GORM',
    'a.go',
    'package a\nfunc f(user *User) { db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "email"}}, DoUpdates: clause.AssignmentColumns([]string{"name"})}).Create(user) }',
    'users (email) update name',
  ],
  [
    "GORM's own table name",
    'a.go',
    'package a\nfunc (User) TableName() string { return "people" }\nfunc f() { db.Clauses(clause.OnConflict{DoNothing: true}).Create(&User{}) }',
    'people none nothing',
  ],
])('%s is read', async (_name, file, text, expected) => {
  expect(await summary(file, text)).toEqual([expected]);
});

test.each([
  ['a map', 'a.ts', `map.upsert('key', 1)`],
  ['an index of vectors', 'a.ts', `await index.upsert([{ id: '1', values: [] }])`],
  ['a cache', 'a.py', `cache.upsert(key, value)`],
  ["ActiveRecord's insert_all!, which raises,", 'a.rb', 'User.insert_all!(rows)'],
  ["knex's MySQL form", 'a.js', `knex('t').insert(rows).onDuplicateUpdate('a')`],
])('%s that has a method of such a name is left alone', async (_name, file, text) => {
  expect(await summary(file, text)).toEqual([]);
});

test('a class of which two models in the source disagree is not guessed', async () => {
  const model = (table: string): string => `class User(Base):\n    __tablename__ = "${table}"\n`;
  const text = 'insert(User).on_conflict_do_nothing(index_elements=["email"])';
  expect(await summary('a.py', text, ['b.py', model('users')], ['c.py', model('people')])).toEqual([
    '? (email) nothing',
  ]);
});
