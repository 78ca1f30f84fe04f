-- countViolations
select count(*) as rows from only "public"."t" where "k" is null;


-- sampleViolations
select "id"::text from only "public"."t" where "k" is null limit $1::text::int;
-- ["3"]


-- sampleViolations: of a table without a primary key
select ctid::text as ctid from only "public"."t" where "k" is null limit $1::text::int;
-- ["3"]


-- countDangling
select count(*) as rows from (select ("t_id") as value_0, (n) as value_1, "id" as identity_0 from only "public"."child" where true) c
   where pg_catalog.num_nulls(c.value_0, c.value_1) = 0 and not exists (select from only "public"."t" p where p."id" = c.value_0 and p."k" = c.value_1);


-- countDangling: of which one value is NULL, with MATCH FULL
select count(*) as rows from (select ("t_id") as value_0, (n) as value_1, "id" as identity_0 from only "public"."child" where true) c
   where pg_catalog.num_nulls(c.value_0, c.value_1) not in (0, 2) or (pg_catalog.num_nulls(c.value_0, c.value_1) = 0 and not exists (select from only "public"."t" p where p."id" = c.value_0 and p."k" = c.value_1));


-- sampleDangling
select c.identity_0::text as "id", c.value_0::text as "t_id", c.value_1::text as "n" from (select ("t_id") as value_0, (n) as value_1, "id" as identity_0 from only "public"."child" where id < 13) c
   where pg_catalog.num_nulls(c.value_0, c.value_1) = 0 and not exists (select from only "public"."t" p where p."id" = c.value_0 and p."k" = c.value_1) limit $1::text::int;
-- ["3"]
