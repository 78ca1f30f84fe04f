// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text under test is JavaScript
import { expect, test } from 'vitest';
import { find, summary } from './find.ts';

const DRIZZLE = (options: string, name = 'onConflictDoUpdate'): string =>
  `const users = pgTable('people', {\n  email: text('email_address'),\n  goneAt: timestamp('gone_at'),\n});\ndb.insert(users).values(v).${name}({ target: users.email, ${options} })`;

const partial = (sql: string): string => `people (email_address) where ${sql}`;

test.each([
  ['targetWhere: sql`gone_at is null`, set: { a }', 'gone_at is null'],
  ['targetWhere: sql`${users.goneAt} is null`, set: { a }', 'gone_at is null'],
  [
    "targetWhere: sql`${schema.users.goneAt} is null and ${sql.raw('active')}`, set: { a }",
    'gone_at is null and active',
  ],
  ['targetWhere: isNull(users.goneAt), set: { a }', 'gone_at is null'],
  [
    'targetWhere: and(isNotNull(users.goneAt), not(isNull(users.org))), set: { a }',
    '( gone_at is not null ) and ( not ( org is null ) )',
  ],
  ['targetWhere: eq(users.goneAt, then), set: { a }', 'gone_at = $1'],
])("Drizzle's %s is the target's", async (options, sql) => {
  expect(await summary('a.ts', DRIZZLE(options))).toEqual([`${partial(sql)} update a`]);
});

test.each([
  ['where: isNull(users.goneAt), set: { a }', 'people (email_address) update a'],
  ['setWhere: isNull(users.goneAt), set: { a }', 'people (email_address) update a'],
])("Drizzle's %s chooses rows to update", async (options, expected) => {
  expect(await summary('a.ts', DRIZZLE(options))).toEqual([expected]);
  expect(await find('a.ts', DRIZZLE(options))).toMatchObject([{ updateWhere: '…' }]);
});

test("Drizzle's where of DO NOTHING is the target's", async () => {
  const text = DRIZZLE('where: isNull(users.goneAt)', 'onConflictDoNothing');
  expect(await summary('a.ts', text)).toEqual([`${partial('gone_at is null')} nothing`]);
});

const KYSELY = (steps: string): string => `db.insertInto('t').values(v).onConflict((oc) => oc${steps})`;

test.each([
  ['Kysely', 'a.ts', KYSELY(".column('a').where('b', 'is', null).doNothing()"), 't (a) where ( b is null ) nothing'],
  [
    'Kysely with a value',
    'a.ts',
    KYSELY(".column('a').where('t.b', '=', 'x').doUpdateSet({ c: 1 })"),
    't (a) where ( b = $1 ) update c',
  ],
  [
    'Kysely with SQL',
    'a.ts',
    KYSELY(".column('a').where(sql`b is null`).where('c', 'is', true).doNothing()"),
    't (a) where ( b is null ) and ( c is true ) nothing',
  ],
  [
    "Kysely's ref",
    'a.ts',
    KYSELY(".column('a').where(sql`${sql.ref('b')} is null`).doNothing()"),
    't (a) where ( b is null ) nothing',
  ],
  [
    "Kysely's expression builder",
    'a.ts',
    KYSELY(".column('a').where((eb) => eb('b', 'is not', null)).doNothing()"),
    't (a) where ( b is not null ) nothing',
  ],
  [
    "Kysely's where of the update",
    'a.ts',
    KYSELY(".column('a').doUpdateSet({ c: 1 }).where('b', 'is', null)"),
    't (a) update c',
  ],
  [
    "Kysely's not",
    'a.ts',
    KYSELY(".column('a').where((eb) => eb.not(eb('b', 'is', null))).doNothing()"),
    't ? nothing',
  ],
  ["Kysely's orWhere", 'a.ts', KYSELY(".column('a').orWhere('b', 'is', null).doNothing()"), 't ? nothing'],
  [
    "Knex's raw target",
    'a.js',
    "knex('t').insert(rows).onConflict(knex.raw('(a) where b')).merge()",
    't (a) where b update ?',
  ],
  [
    "Knex's where, which is the update's",
    'a.js',
    "knex('t').insert(rows).onConflict('a').merge().where('b', 1)",
    't (a) update ?',
  ],
  [
    "Knex's raw target with values",
    'a.js',
    "knex('t').insert(rows).onConflict(knex.raw('(a) where b = ?', [b])).merge()",
    't ? update ?',
  ],
  [
    'Sequelize',
    'a.js',
    "const U = sequelize.define('U', {\n  goneAt: { type: D, field: 'gone_at' } }, { tableName: 'u' });\nU.upsert(row, { conflictFields: ['a'], conflictWhere: { goneAt: null, active: true, kind: \"it's\" } })",
    "u (a) where ( gone_at is null ) and ( active = true ) and ( kind = 'it''s' ) update ?",
  ],
  [
    "Sequelize's operators",
    'a.js',
    "const U = sequelize.define('U', {}, { tableName: 'u' });\nU.upsert(row, { conflictFields: ['a'], conflictWhere: { goneAt: { [Op.ne]: null } } })",
    'u ? update ?',
  ],
  [
    'TypeORM',
    'a.ts',
    "@Entity('people')\nclass User {}\nmanager.upsert(User, rows, { conflictPaths: { email: true }, indexPredicate: 'gone_at is null' })",
    'people (email) where gone_at is null update ?',
  ],
  [
    "TypeORM's builder",
    'a.ts',
    "@Entity('people')\nclass User {}\nqb.insert().into(User).values(v).orUpdate(['b'], ['a'], { indexPredicate: 'c', skipUpdateIfNoValuesChanged: true })",
    'people (a) where c update b',
  ],
  [
    "TypeORM's constraint",
    'a.ts',
    "@Entity('people')\nclass User {}\nqb.insert().into(User).values(v).orUpdate(['b'], 'people_key')",
    'people constraint people_key update b',
  ],
  [
    'GORM',
    'a.go',
    'package a\nfunc f() { db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "a"}}, TargetWhere: clause.Where{Exprs: []clause.Expression{clause.Eq{Column: "gone_at", Value: nil}, gorm.Expr("b <> \'\'"), clause.Eq{Column: clause.Column{Name: "c"}, Value: c}}}, DoNothing: true}).Create(&User{}) }',
    "users (a) where ( gone_at is null ) and ( b <> '' ) and ( c = $1 ) nothing",
  ],
  [
    "Ecto's fragment",
    'a.ex',
    'Repo.insert_all("t", r, on_conflict: :nothing, conflict_target: {:unsafe_fragment, "(a, lower(\\"b\\")) WHERE c IS NULL"})',
    't (a, lower("b")) where c IS NULL nothing',
  ],
  [
    "Ecto's fragment in a sigil",
    'a.ex',
    'Repo.insert_all("t", r, on_conflict: {:replace, [:b]}, conflict_target: {:unsafe_fragment, ~s|(a) WHERE c = \'x\'|})',
    "t (a) where c = 'x' update b",
  ],
  [
    "Ecto's target in a variable",
    'a.ex',
    'Repo.insert_all("t", r, on_conflict: :nothing, conflict_target: @target)',
    't ? nothing',
  ],
])("%s: the target's predicate", async (_name, file, text, expected) => {
  expect(await summary(file, text)).toEqual([expected]);
});

test.each([
  ['text("gone_at is null")', 'gone_at is null'],
  ["text('active = :active')", 'active = $1'],
  ['User.gone == None', 'gone_at is null'],
  ['User.gone != None', 'gone_at is not null'],
  ['User.gone.is_(None)', 'gone_at is null'],
  ['User.gone.isnot(None)', 'gone_at is not null'],
  ['User.gone.is_not(None)', 'gone_at is not null'],
  ['User.active.is_(True)', 'active is true'],
  ['User.active == True', 'active = true'],
  ['User.active', 'active'],
  ['not_(User.active)', 'not ( active )'],
  ['User.kind == "x"', 'kind = $1'],
  ['and_(User.gone == None, User.active == True)', '( gone_at is null ) and ( active = true )'],
])("SQLAlchemy's index_where=%s", async (where, sql) => {
  const text = `class User(Base):\n    __tablename__ = "users"\n    gone = Column("gone_at", DateTime)\n\ninsert(User).on_conflict_do_nothing(index_elements=["a"], index_where=${where})`;
  expect(await summary('a.py', text)).toEqual([`users (a) where ${sql} nothing`]);
});

test.each([
  ['a.js', "knex('t').insert(r).onConflict(knex.raw('(a) do nothing; drop table t; --')).merge()", ['t (a) update ?']],
  [
    'a.py',
    'class U(Base):\n    __tablename__ = "u"\n\ninsert(U).on_conflict_do_nothing(index_elements=["a"], index_where=text("true do nothing; drop table u; --"))',
    ['u ? nothing'],
  ],
  ['a.ts', DRIZZLE('targetWhere: sql`true) do nothing; drop table t; --`, set: { a }'), ['people ? update a']],
])('text that is more than a predicate is not taken: %s', async (file, text, expected) => {
  expect(await summary(file, text)).toEqual(expected);
});
