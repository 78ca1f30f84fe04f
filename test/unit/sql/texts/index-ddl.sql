-- createIndex
create unique index "t_k_key" on "public"."t" using "btree" ("id", "k");


-- createIndex: of an expression, partial, where NULLs are equal
create unique index "t_k_key" on "public"."t" using "btree" ((abs(v))) nulls not distinct where (v > 60);


-- createIndex: as it was
CREATE INDEX t_k_key ON public.t USING btree (v) WITH (fillfactor='70');


-- createIndexConcurrently
create unique index concurrently "t_k_key" on "public"."t" using "btree" ("id", "k");


-- createOnly
create unique index "parted_key" on only "public"."parted" using "btree" ("id", "k");


-- attachIndex
alter index "public"."parted_key" attach partition "public"."one";


-- renameIndex
alter index "public"."t_k_key" rename to "We""ird";


-- dropIndex
drop index if exists "public"."t_k_key";

drop index if exists "public"."t_k_key";


-- dropIndexConcurrently
drop index concurrently if exists "public"."t_k_key";


-- reindex
reindex index concurrently "public"."t_k_key";


-- attachConstraint
alter table "public"."t" add constraint "t_k_key" unique using index "t_k_key";


-- dropConstraint
alter table "public"."t" drop constraint if exists "t_k_key";


-- commentIndex
comment on index "public"."t_k_key" is 'it''s';


-- recreate: a constraint
alter table "public"."t" add constraint "t_k_key" UNIQUE (id, k);

comment on index "public"."t_k_key" is 'mine';


-- recreate: an index of a partitioned table, which PostgreSQL writes with ONLY
CREATE UNIQUE INDEX parted_key ON public.parted USING btree (id, k);


-- lockTable
lock table "public"."t" in share row exclusive mode;
