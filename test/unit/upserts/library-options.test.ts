import { expect, test } from 'vitest';
import { summary } from './find.ts';

const GORM = (fields: string): string =>
  `package a\nfunc f() { db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "a"}}, ${fields}}).Create(&User{}) }`;
const SEQUELIZE = (options: string): string =>
  `const U = sequelize.define('U', {}, { tableName: 'u' });\nU.bulkCreate(rows, { ${options} })`;
const DJANGO = (options: string): string =>
  `class Item(models.Model):\n    class Meta:\n        db_table = "items"\n\nItem.objects.bulk_create(rows, ${options})`;
const TYPEORM = (call: string): string => `@Entity('people')\nclass User {}\nqb.insert().into(User).values(v).${call}`;

test.each([
  [
    'GORM',
    'a.go',
    GORM('DoNothing: false, DoUpdates: clause.AssignmentColumns([]string{"b"})'),
    ['users (a) update b'],
  ],
  ['GORM', 'a.go', GORM('DoNothing: true'), ['users (a) nothing']],
  [
    'GORM',
    'a.go',
    'package a\nfunc f() { db.Clauses(clause.OnConflict{UpdateAll: false, DoNothing: true}).Create(&User{}) }',
    ['users none nothing'],
  ],
  [
    'supabase-js',
    'a.ts',
    "db.from('t').upsert({ a }, { onConflict: 'a', ignoreDuplicates: false })",
    ['t (a) update a'],
  ],
  [
    'supabase-py',
    'a.py',
    'db.table("t").upsert({"a": 1}, on_conflict="a", ignore_duplicates=False)',
    ['t (a) update a'],
  ],
  ['Sequelize', 'a.js', SEQUELIZE('ignoreDuplicates: false'), []],
  ['Sequelize', 'a.js', SEQUELIZE('ignoreDuplicates: true'), ['u none nothing']],
  [
    'Sequelize',
    'a.js',
    SEQUELIZE("ignoreDuplicates: false, updateOnDuplicate: ['b'], conflictAttributes: ['a']"),
    ['u (a) update b'],
  ],
  ['Django', 'a.py', DJANGO('update_conflicts=False'), []],
  ['Django', 'a.py', DJANGO('update_conflicts=False, ignore_conflicts=True'), ['items none nothing']],
  [
    'Django',
    'a.py',
    DJANGO('update_conflicts=True, ignore_conflicts=False, unique_fields=["a"], update_fields=["b"]'),
    ['items (a) update b'],
  ],
  [
    "Django's pk",
    'a.py',
    DJANGO('update_conflicts=True, unique_fields=["pk"], update_fields=["b"]'),
    ['items primary-key update b'],
  ],
  ['TypeORM', 'a.ts', TYPEORM('orIgnore(false)'), []],
  ['TypeORM', 'a.ts', TYPEORM('orIgnore()'), ['people none nothing']],
  [
    "TypeORM's older form",
    'a.ts',
    TYPEORM("orUpdate({ conflict_target: ['a'], overwrite: ['b'] })"),
    ['people (a) update b'],
  ],
  ['Rails', 'a.rb', 'User.upsert_all(rows, unique_by: nil)', ['users primary-key update ?']],
  ['Rails', 'a.rb', 'User.upsert_all(rows, unique_by: :a, on_duplicate: :skip)', ['users index a nothing']],
  ['Rails', 'a.rb', 'User.upsert({ a: 1, b: 2 }, unique_by: :a, update_only: [:b])', ['users index a update b']],
  [
    'Rails',
    'a.rb',
    'User.upsert({ a: 1 }, unique_by: :a, on_duplicate: Arel.sql("b = 1"))',
    ['users index a update ?'],
  ],
  ['Ecto', 'a.ex', 'Repo.insert_all("t", rows, on_conflict: :raise)', []],
])('%s reads an option as it is switched (case %#)', async (_name, file, text, expected) => {
  expect(await summary(file, text)).toEqual(expected);
});

test.each([
  [
    'GORM',
    'a.go',
    GORM('DoNothing: quiet, DoUpdates: clause.AssignmentColumns([]string{"b"})'),
    ['users (a) update ?'],
  ],
  [
    'supabase-js',
    'a.ts',
    "db.from('t').upsert({ a }, { onConflict: 'a', ignoreDuplicates: quiet })",
    ['t (a) update ?'],
  ],
  ['Sequelize', 'a.js', SEQUELIZE('ignoreDuplicates: quiet'), ['u ? nothing']],
  ['Django', 'a.py', DJANGO('update_conflicts=update, unique_fields=["a"]'), ['items ? update ?']],
  ['TypeORM', 'a.ts', TYPEORM('orIgnore(quiet)'), ['people ? nothing']],
  ['Rails', 'a.rb', 'User.upsert_all(rows, unique_by: KEYS[kind])', ['users ? update ?']],
])('%s: what a variable switches is not guessed', async (_name, file, text, expected) => {
  expect(await summary(file, text)).toEqual(expected);
});

test.each([
  ['Kysely', 'a.ts', "db.insertInto('t').values(v).onConflict((oc) => oc.columns(keys).doNothing())", ['t ? nothing']],
  ['Knex', 'a.js', "knex('t').insert(rows).onConflict([key]).merge()", ['t ? update ?']],
  ['Sequelize', 'a.js', SEQUELIZE("updateOnDuplicate: ['b'], conflictAttributes: keys"), ['u ? update b']],
  ['TypeORM', 'a.ts', TYPEORM("orUpdate(['b'], [key])"), ['people ? update b']],
  ['Django', 'a.py', DJANGO('update_conflicts=True, unique_fields=fields, update_fields=["b"]'), ['items ? update b']],
  ['Laravel', 'a.php', "<?php DB::table('t')->upsert($rows, [$key], ['b']);", ['t ? update b']],
  ['Rails', 'a.rb', 'User.upsert_all(rows, unique_by: unique_columns)', ['users ? update ?']],
  [
    'SQLAlchemy',
    'a.py',
    't = Table("t", m)\ndef f():\n    insert(t).on_conflict_do_nothing(index_elements=keys)',
    ['t ? nothing'],
  ],
  ['jOOQ', 'A.java', 'class A { void f() { ctx.insertInto(T).set(r).onConflict(key).doNothing(); } }', ['t ? nothing']],
])('%s: the name of a variable is not that of a column', async (_name, file, text, expected) => {
  expect(await summary(file, text)).toEqual(expected);
});
