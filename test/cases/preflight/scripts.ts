/** What a script needs, a line each: `basis ask` as `told` of the test writes it. */
export interface ScriptCase {
  readonly sql: string;
  readonly needs: readonly string[];
}

/**
 * Scripts in the shapes of the runners, on `users (id, email, name, age, org_id)`, `org (id, slug)`, `app.items (id, sku)`
 * and the indexes `users_name_idx` and `org_slug_key`.
 */
export const SCRIPTS: readonly ScriptCase[] = [
  // Prisma
  { sql: '-- CreateIndex\nCREATE UNIQUE INDEX "users_email_key" ON "users"("email");', needs: ['rows unique(email)'] },
  { sql: 'CREATE UNIQUE INDEX "k" ON "users"("email", "org_id");', needs: ['rows unique(email, org_id)'] },
  { sql: 'CREATE INDEX "users_age" ON "users"("age");', needs: ['rows index, blocks writes'] },
  { sql: 'ALTER TABLE "users" ADD COLUMN "k" TEXT NOT NULL;', needs: ['rows not-null [true]'] },
  { sql: 'ALTER TABLE "users" ADD COLUMN "k" TEXT NOT NULL DEFAULT \'\';', needs: ['holds not-null'] },
  {
    sql: 'ALTER TABLE "users" ADD COLUMN "k" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;',
    needs: ['holds not-null'],
  },
  { sql: 'ALTER TABLE "users" DROP COLUMN "name", ADD COLUMN "name" TEXT NOT NULL;', needs: ['rows not-null [true]'] },
  {
    sql: 'ALTER TABLE "users" DROP CONSTRAINT "users_pkey", ADD CONSTRAINT "users_pkey" PRIMARY KEY ("email");',
    needs: ['rows primary key(email)', 'rows not-null ["email" is null]'],
  },
  {
    sql: 'ALTER TABLE "users" ADD CONSTRAINT "f" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE SET NULL;',
    needs: ['rows foreign-key(org_id) → org(id)'],
  },
  {
    sql: 'CREATE TABLE "a" ("id" SERIAL NOT NULL, CONSTRAINT "a_pkey" PRIMARY KEY ("id"));\nCREATE UNIQUE INDEX "a_id" ON "a"("id");',
    needs: ['holds unique()'],
  },
  {
    sql: 'ALTER TABLE "users" RENAME COLUMN "email" TO "mail";\nCREATE UNIQUE INDEX "u" ON "users"("mail");',
    needs: ['rows unique(email)'],
  },
  {
    sql: 'DROP INDEX "users_name_idx";\nCREATE UNIQUE INDEX "users_name_idx" ON "users"("name");',
    needs: ['rows unique(name)'],
  },
  { sql: 'CREATE UNIQUE INDEX "users_name_idx" ON "users"("name");', needs: ['rows unique(name), name present'] },
  {
    sql: 'CREATE UNIQUE INDEX u ON users (name); CREATE UNIQUE INDEX u ON users (email);',
    needs: ['rows unique(name)', 'refused index u is there already'],
  },
  {
    sql: 'ALTER INDEX users_name_idx RENAME TO other; CREATE UNIQUE INDEX users_name_idx ON users (name);',
    needs: ['rows unique(name)'],
  },
  {
    sql: 'ALTER INDEX users_name_idx RENAME TO other; CREATE UNIQUE INDEX other ON users (name);',
    needs: ['refused index other is there already'],
  },
  // Drizzle
  {
    sql: 'ALTER TABLE "users" ADD CONSTRAINT "users_email_unique" UNIQUE("email");--> statement-breakpoint\nALTER TABLE "users" ALTER COLUMN "name" SET NOT NULL;',
    needs: ['rows constraint(email)', 'rows not-null ["name" is null]'],
  },
  { sql: 'CREATE UNIQUE INDEX "u" ON "users" USING btree (lower("email"));', needs: ['rows unique((lower("email")))'] },
  {
    sql: 'CREATE UNIQUE INDEX IF NOT EXISTS "u" ON "users" USING btree ("email","org_id") WHERE "users"."age" is not null;',
    needs: ['rows unique(email, org_id) where "age" is not null'],
  },
  {
    sql: 'ALTER TABLE "users" ADD CONSTRAINT "u" UNIQUE NULLS NOT DISTINCT("email");',
    needs: ['rows constraint(email) nulls not distinct'],
  },
  { sql: 'ALTER TABLE "users" ADD COLUMN IF NOT EXISTS "email" text UNIQUE;', needs: [] },
  { sql: 'ALTER TABLE "users" ADD COLUMN "email" text;', needs: ['taken column email of users'] },
  {
    sql: 'CREATE TABLE IF NOT EXISTS "users" ("id" serial PRIMARY KEY);\nCREATE UNIQUE INDEX "u" ON "users" ("email");',
    needs: ['rows unique(email)'],
  },
  { sql: 'CREATE TABLE "users" ("id" serial PRIMARY KEY);', needs: ['taken table users'] },
  // Supabase
  {
    sql: 'create unique index u on public.users using btree (email);\nalter table "public"."users" add constraint "u" UNIQUE using index "u";',
    needs: ['rows unique(email)', 'holds adopt u'],
  },
  {
    sql: 'alter table "public"."org" add constraint "o" UNIQUE using index "org_slug_key";',
    needs: ['rows adopt org_slug_key'],
  },
  { sql: 'create unique index u on app.items (sku);', needs: ['rows unique(sku)'] },
  { sql: 'set search_path to app; create unique index u on items (sku);', needs: ['rows unique(sku)'] },
  {
    sql: "select pg_catalog.set_config('search_path', '', false); create unique index u on app.items (sku);",
    needs: ['rows unique(sku)'],
  },
  {
    sql: 'create unique index u on items (sku);',
    needs: [
      'unresolved refused, there is no table items in public, and no earlier statement makes it, but there is one in the schema app, and it depends on the search path of the runner',
    ],
  },
  {
    sql: 'alter table app.items set schema public; create unique index u on items (sku);',
    needs: ['rows unique(sku)'],
  },
  { sql: 'alter schema app rename to shop; create unique index u on shop.items (sku);', needs: ['rows unique(sku)'] },
  // Flyway, golang-migrate, dbmate
  {
    sql: 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS u ON users (email);',
    needs: ['rows unique(email), concurrently'],
  },
  {
    sql: 'BEGIN; CREATE UNIQUE INDEX CONCURRENTLY u ON users (email); COMMIT;',
    needs: ['rows unique(email), concurrently in a transaction'],
  },
  { sql: 'DROP INDEX CONCURRENTLY users_name_idx;', needs: [] },
  {
    sql: 'BEGIN; DROP INDEX CONCURRENTLY users_name_idx; COMMIT;',
    needs: ['holds index, concurrently in a transaction'],
  },
  {
    sql: 'ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME name TO full_name; CREATE UNIQUE INDEX u ON people (full_name, (age + 1));',
    needs: ['rows unique(name, (age + 1))'],
  },
  {
    sql: 'ALTER TABLE users RENAME age TO years; CREATE UNIQUE INDEX u ON users ((years + 1)) WHERE users.years > 3;',
    needs: ['rows unique(("age" + 1)) where "age" > 3'],
  },
  {
    sql: 'DROP TABLE users; CREATE TABLE users (id int); CREATE UNIQUE INDEX u ON users (id);',
    needs: ['holds unique()'],
  },
  {
    sql: 'CREATE TABLE copy AS SELECT * FROM users; CREATE UNIQUE INDEX u ON copy (id);',
    needs: ['unresolved unique(), the table is filled at f.sql:1'],
  },
  {
    sql: 'CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE UNIQUE INDEX u ON t (a);',
    needs: ['holds insert', 'unresolved unique(), a statement at f.sql:1 adds rows to t'],
  },
  { sql: 'TRUNCATE users; CREATE UNIQUE INDEX u ON users (email);', needs: ['holds unique(email)'] },
  { sql: 'DELETE FROM users; CREATE UNIQUE INDEX u ON users (email);', needs: ['holds unique(email)'] },
  {
    sql: 'TRUNCATE users; INSERT INTO users SELECT 1; CREATE UNIQUE INDEX u ON users (email);',
    needs: ['holds insert', 'unresolved unique(email), a statement at f.sql:1 adds rows to users'],
  },
  {
    sql: 'INSERT INTO users VALUES (1) ON CONFLICT DO NOTHING; CREATE UNIQUE INDEX u ON users (email);',
    needs: ['more unique(email)'],
  },
  {
    sql: 'DELETE FROM users WHERE id IN (SELECT max(id) FROM users GROUP BY email); CREATE UNIQUE INDEX u ON users (email);',
    needs: ['fewer unique(email)'],
  },
  {
    sql: 'WITH d AS (DELETE FROM users RETURNING id) SELECT count(*) FROM d; CREATE UNIQUE INDEX u ON users (email);',
    needs: ['unresolved unique(email), a statement at f.sql:1 changes rows of users'],
  },
  {
    sql: 'DELETE FROM users u WHERE u.email IS NULL OR age < 3; CREATE UNIQUE INDEX u ON users (email);',
    needs: ['rows unique(email) where ("email" IS NULL OR age < 3) is not true'],
  },
  // What rows are filled with
  {
    sql: 'ALTER TABLE users ADD k text; UPDATE users SET k = lower(email); CREATE UNIQUE INDEX u ON users (k);',
    needs: ['rows unique((lower(email)))'],
  },
  {
    sql: 'ALTER TABLE users ADD k text; UPDATE users SET k = lower(email) WHERE k IS NULL; ALTER TABLE users ALTER k SET NOT NULL;',
    needs: ['rows not-null [(lower(email)) is null]'],
  },
  {
    sql: 'ALTER TABLE users ADD k text; UPDATE users SET k = email WHERE age > 3; CREATE UNIQUE INDEX u ON users (k);',
    needs: ['rows unique((case when (age > 3) then (email) else null end))'],
  },
  {
    sql: "ALTER TABLE users ADD k text DEFAULT 'x'; CREATE UNIQUE INDEX u ON users (k, email);",
    needs: ['rows unique(email)'],
  },
  { sql: "ALTER TABLE users ADD k text DEFAULT 'x' UNIQUE;", needs: ['rows constraint()'] },
  { sql: 'ALTER TABLE users ADD k text UNIQUE;', needs: ['holds constraint()'] },
  {
    sql: 'ALTER TABLE users ADD k text, ADD UNIQUE NULLS NOT DISTINCT (k, email);',
    needs: ['rows constraint(email) nulls not distinct'],
  },
  {
    sql: 'ALTER TABLE users ADD k uuid DEFAULT gen_random_uuid(), ADD UNIQUE (k, email);',
    needs: ['holds constraint(email)'],
  },
  {
    sql: 'ALTER TABLE users ADD k bigserial PRIMARY KEY;',
    needs: ['refused users has a primary key already: users_pkey'],
  },
  {
    sql: 'ALTER TABLE users DROP CONSTRAINT users_pkey, ADD k bigserial PRIMARY KEY;',
    needs: ['holds primary key()', 'holds not-null'],
  },
  { sql: 'ALTER TABLE users ADD k int GENERATED ALWAYS AS IDENTITY UNIQUE;', needs: ['holds constraint()'] },
  {
    sql: 'ALTER TABLE users ADD k text GENERATED ALWAYS AS (lower(email)) STORED UNIQUE;',
    needs: ['rows constraint((lower(email)))'],
  },
  {
    sql: 'ALTER TABLE users ADD k text DEFAULT random_slug(); CREATE UNIQUE INDEX u ON users (k);',
    needs: ['unresolved unique(), k, added at f.sql:1: its values come from random_slug()'],
  },
  {
    sql: 'UPDATE users u SET email = o.slug FROM org o WHERE o.id = u.org_id; CREATE UNIQUE INDEX u ON users (email);',
    needs: ['unresolved unique(), email: the UPDATE at f.sql:1 sets it to what is not known before it is run'],
  },
  { sql: 'UPDATE users SET name = trim(name); CREATE UNIQUE INDEX u ON users (email);', needs: ['rows unique(email)'] },
  {
    sql: "UPDATE users SET email = 'é' || name, age = 1 WHERE users.name IS DISTINCT FROM 'ß'; CREATE UNIQUE INDEX u ON users (email);",
    needs: [`rows unique((case when ("name" IS DISTINCT FROM 'ß') then ('é' || name) else "email" end))`],
  },
  {
    sql: 'ALTER TABLE users ALTER email TYPE citext; CREATE UNIQUE INDEX u ON users (email);',
    needs: ['rows cast', 'unresolved unique(), email gets another type at f.sql:1, which may make values equal'],
  },
  {
    sql: 'ALTER TABLE users ALTER email TYPE citext; CREATE UNIQUE INDEX u ON users (name);',
    needs: ['rows cast', 'rows unique(name)'],
  },
  {
    sql: 'SELECT tidy(); CREATE UNIQUE INDEX u ON users (email);',
    needs: ['unresolved unique(email), the function tidy at f.sql:1 may change rows of users'],
  },
  { sql: "SELECT setval('users_id_seq', 1); CREATE UNIQUE INDEX u ON users (email);", needs: ['rows unique(email)'] },
  {
    sql: 'DO $$ BEGIN IF true THEN DELETE FROM org; END IF; END $$; CREATE UNIQUE INDEX u ON users (email);',
    needs: ['rows unique(email)'],
  },
  {
    sql: 'MERGE INTO users u USING org o ON o.id = u.org_id WHEN MATCHED THEN DELETE; CREATE UNIQUE INDEX u ON users (email);',
    needs: ['unresolved unique(email), a statement at f.sql:1 changes rows of users'],
  },
  // Keys
  {
    sql: 'CREATE UNIQUE INDEX u ON users (email COLLATE "C" text_pattern_ops DESC NULLS LAST);',
    needs: ['rows unique(email)'],
  },
  {
    sql: 'CREATE UNIQUE INDEX u ON users (email COLLATE insensitive);',
    needs: ['unresolved unique(), the collation insensitive is not looked into'],
  },
  {
    sql: 'CREATE UNIQUE INDEX u ON users (email, lower(name), (age::text || org_id)) INCLUDE (id) WITH (fillfactor = 70) WHERE id > 0;',
    needs: ['rows unique(email, (lower(name)), (age::text || org_id)) where id > 0'],
  },
  {
    sql: "CREATE UNIQUE INDEX u ON users (coalesce(email, 'a,(b)'), (extract(year from now())));",
    needs: ["rows unique((coalesce(email, 'a,(b)')), (extract(year from now())))"],
  },
  {
    sql: 'ALTER TABLE users ADD CONSTRAINT u UNIQUE (email) DEFERRABLE INITIALLY DEFERRED;',
    needs: ['rows constraint(email)'],
  },
  {
    sql: 'ALTER TABLE users ADD EXCLUDE USING gist (age WITH =);',
    needs: ['unresolved index, an EXCLUDE constraint is not looked into'],
  },
  {
    sql: "ALTER TABLE users ADD CHECK (age > 0 AND name <> '') NO INHERIT;",
    needs: ["rows check [(age > 0 AND name <> '') is false]"],
  },
  { sql: 'ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID;', needs: [] },
  {
    sql: 'ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT c;',
    needs: ['rows check [(age > 0) is false]'],
  },
  {
    sql: 'ALTER TABLE users VALIDATE CONSTRAINT other;',
    needs: ['refused users has no constraint other'],
  },
  {
    sql: 'ALTER TABLE users ADD FOREIGN KEY (org_id) REFERENCES org;',
    needs: ['rows foreign-key(org_id) → org(primary key)'],
  },
  { sql: 'ALTER TABLE users ADD o int REFERENCES org;', needs: ['holds foreign-key()'] },
  {
    sql: 'ALTER TABLE users ADD o int NOT NULL DEFAULT 1 REFERENCES org (id);',
    needs: ['holds not-null', 'rows foreign-key(o = ((1)::int)) → org(id)'],
  },
  {
    sql: 'ALTER TABLE org RENAME id TO org_id; ALTER TABLE users ADD FOREIGN KEY (org_id) REFERENCES org (org_id);',
    needs: ['rows foreign-key(org_id) → org(id)'],
  },
  {
    sql: 'INSERT INTO org VALUES (1); ALTER TABLE users ADD FOREIGN KEY (org_id) REFERENCES org;',
    needs: [
      'rows insert',
      'unresolved foreign-key(org_id) → org(primary key), org: a statement at f.sql:1 adds rows to org',
    ],
  },
];
