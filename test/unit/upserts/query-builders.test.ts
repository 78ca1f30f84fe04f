// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text under test is JavaScript
import { expect, test } from 'vitest';
import { summary } from './find.ts';

const rust = (expression: string): string => `fn f() { ${expression}; }`;
const java = (expression: string): string => `class A { void f() { ${expression}; } }`;
const go = (expression: string): string => `package a\nfunc f(user *User) { ${expression} }`;

test.each([
  [
    'Diesel',
    'a.rs',
    rust('diesel::insert_into(users::table).values(&v).on_conflict(users::email).do_update().set(&v).execute(c)'),
    'users (email) update ?',
  ],
  [
    'Diesel beside a variable of that name',
    'a.rs',
    rust('let users = read(); insert_into(users::table).values(&v).on_conflict(users::email).do_nothing()'),
    'users (email) nothing',
  ],
  [
    "Diesel's dsl, several columns",
    'a.rs',
    rust('insert_into(users).values(&v).on_conflict((org_id, email)).do_nothing().execute(c)'),
    'users (org_id, email) nothing',
  ],
  [
    "Diesel's constraint",
    'a.rs',
    rust(
      'diesel::insert_into(crate::schema::users::table).values(&v).on_conflict(on_constraint("users_key")).do_nothing()',
    ),
    'users constraint users_key nothing',
  ],
  [
    "Diesel's filter_target",
    'a.rs',
    rust(
      'diesel::insert_into(users::table).values(&v).on_conflict(users::email).filter_target(users::gone_at.is_null()).do_nothing()',
    ),
    'users (email) where gone_at is null nothing',
  ],
  [
    'Diesel without a target',
    'a.rs',
    rust('diesel::insert_into(users::table).values(&v).on_conflict_do_nothing().execute(c)'),
    'users none nothing',
  ],
  [
    'Diesel with a target in an expression',
    'a.rs',
    rust('diesel::insert_into(users::table).values(&v).on_conflict(lower(users::email)).do_nothing()'),
    'users ? nothing',
  ],
  [
    'sea-query',
    'a.rs',
    rust(
      'Query::insert().into_table(CakeShops::Table).on_conflict(OnConflict::column(CakeShops::OrgId).update_column(CakeShops::Name).to_owned())',
    ),
    'cake_shops (org_id) update name',
  ],
  [
    "sea-query's condition",
    'a.rs',
    rust(
      'Query::insert().into_table(T::Table).on_conflict(OnConflict::columns([T::A, T::B]).target_and_where(Expr::col(T::GoneAt).is_null()).do_nothing().to_owned())',
    ),
    't (a, b) where gone_at is null nothing',
  ],
  [
    'jOOQ',
    'A.java',
    java(
      'ctx.insertInto(USERS, USERS.ORG_ID, USERS.EMAIL).values(o, e).onConflict(USERS.ORG_ID, USERS.EMAIL).doUpdate().set(USERS.NAME, n).execute()',
    ),
    'users (org_id, email) update ?',
  ],
  [
    "jOOQ's where",
    'A.java',
    java(
      'ctx.insertInto(Tables.USERS).set(r).onConflict(Tables.USERS.EMAIL).where(Tables.USERS.GONE_AT.isNull()).doNothing().execute()',
    ),
    'users (email) where ( gone_at is null ) nothing',
  ],
  [
    "jOOQ's names",
    'A.java',
    java('ctx.insertInto(table("Users")).values(r).onConflict(field("Email")).doNothing().execute()'),
    'Users ("Email") nothing',
  ],
  [
    'jOOQ without a target',
    'A.java',
    java('ctx.insertInto(USERS).values(r).onDuplicateKeyIgnore().execute()'),
    'users none nothing',
  ],
  [
    'Peewee',
    'a.py',
    'import peewee\nclass UserGroup(BaseModel):\n    owner = ForeignKeyField(User)\n    kind = CharField(column_name="type")\n    class Meta:\n        table_name = "user_groups"\n\nUserGroup.insert(owner=o, kind=k).on_conflict(conflict_target=[UserGroup.owner], preserve=[UserGroup.kind], update={UserGroup.n: 1}).execute()',
    'user_groups (owner_id) update type, n',
  ],
  [
    "Peewee's conflict_where",
    'a.py',
    'User.insert_many(rows).on_conflict(conflict_target=(User.email,), conflict_where=(User.gone_at.is_null()), where=(User.n > 1), preserve=(User.n,)).execute()',
    'user (email) where gone_at is null update n',
  ],
  ["Peewee's on_conflict_ignore", 'a.py', 'User.insert(a=1).on_conflict_ignore().execute()', 'user none nothing'],
  [
    'MikroORM',
    'a.ts',
    "@Entity({ tableName: 'people' })\nexport class Author {}\nawait em.upsert(Author, { email, name }, { onConflictFields: ['email'] })",
    'people (email) update email, name',
  ],
  [
    "MikroORM's upsertMany",
    'a.ts',
    "await em.upsertMany(BookTag, rows, { onConflictFields: ['orgId', 'name'], onConflictAction: 'ignore' })",
    'book_tag ("orgId", name) nothing',
  ],
  [
    "MikroORM's merge fields",
    'a.ts',
    "await em.upsert(Author, { email, name, age }, { onConflictFields: ['email'], onConflictExcludeFields: ['age'] })",
    'author (email) update email, name',
  ],
  ['MikroORM without fields', 'a.ts', 'await em.upsert(Author, { email })', 'author ? update email'],
  [
    'Bun',
    'a.go',
    'package a\ntype User struct {\n\tbun.BaseModel `bun:"table:people,alias:u"`\n}\nfunc f(user *User) { db.NewInsert().Model(user).On("CONFLICT (email) WHERE gone_at IS NULL DO UPDATE").Set("name = EXCLUDED.name").Exec(ctx) }',
    'people (email) where gone_at IS NULL update ?',
  ],
  ['go-pg', 'a.go', go('db.Model(user).OnConflict("(email) DO NOTHING").Insert()'), 'users (email) nothing'],
  [
    'ent',
    'a.go',
    go(
      'client.UserGroup.Create().SetEmail(e).OnConflictColumns(usergroup.FieldOrgID, usergroup.FieldEmail).UpdateNewValues().Exec(ctx)',
    ),
    'user_groups (org_id, email) update ?',
  ],
  [
    "ent's OnConflict",
    'a.go',
    go('client.User.CreateBulk(b...).OnConflict(sql.ConflictColumns(user.FieldEmail)).DoNothing().Exec(ctx)'),
    'users (email) nothing',
  ],
])('%s is read', async (_name, file, text, expected) => {
  expect(await summary(file, text)).toEqual([expected]);
});

test("SeaORM's entity is known by its file", async () => {
  const entity =
    '#[sea_orm(table_name = "cakes")]\npub struct Model {\n    #[sea_orm(column_name = "organisation")]\n    pub org_id: i32,\n}';
  const text = (insert: string): string =>
    rust(
      `${insert}(m).on_conflict(OnConflict::columns([cake::Column::OrgId, cake::Column::ShopName]).do_nothing().to_owned()).exec(db)`,
    );
  for (const insert of ['cake::Entity::insert', 'Cake::insert_many']) {
    expect(await summary('a.rs', text(insert), ['entity/cake.rs', entity])).toEqual([
      'cakes (organisation, shop_name) nothing',
    ]);
  }
});

test.each([
  [
    "squirrel's Suffix",
    'a.go',
    go('sq.Insert("t").Columns("a").Values(1).Suffix("ON CONFLICT (a) DO NOTHING")'),
    't (a) nothing',
  ],
  [
    'pg-format',
    'a.js',
    "format('INSERT INTO t (a) VALUES %L ON CONFLICT (a) DO UPDATE SET b = excluded.b', rows)",
    't (a) update b',
  ],
  [
    'postgres.js',
    'a.js',
    'await sql`insert into t ${sql(rows)} on conflict (a) do update set b = excluded.b`',
    't (a) update b',
  ],
  [
    'slonik',
    'a.ts',
    'pool.query(sql.type(row)`INSERT INTO t (a) VALUES (${a}) ON CONFLICT (a) DO NOTHING`)',
    't (a) nothing',
  ],
  [
    "SQLx's query!",
    'a.rs',
    rust('sqlx::query!("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO NOTHING", a)'),
    't (a) nothing',
  ],
  ["SQLx's QueryBuilder", 'a.rs', rust('builder.push(" ON CONFLICT (a) DO NOTHING")'), '? (a) nothing'],
  [
    "JPA's native query",
    'A.java',
    'interface R { @Query(value = "INSERT INTO t (a) VALUES (:a) ON CONFLICT (a) DO NOTHING", nativeQuery = true) void f(String a); }',
    't (a) nothing',
  ],
  ['Exposed, by hand', 'a.kt', 'exec("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO NOTHING")', 't (a) nothing'],
])('%s: SQL in parts is found as it is written', async (_name, file, text, expected) => {
  expect(await summary(file, text)).toEqual([expected]);
});

test.each([
  ['an event of Go', 'a.go', go('bus.Model(user).On("created")')],
  ['a step of Rust', 'a.rs', rust('job.do_nothing()')],
  ['a task of Java', 'A.java', java('job.doUpdate()')],
  ['Piccolo', 'a.py', 'Band.insert(Band(name="x")).on_conflict(action="DO NOTHING")'],
])('%s is not of a query builder', async (_name, file, text) => {
  expect(await summary(file, text)).toEqual([]);
});
