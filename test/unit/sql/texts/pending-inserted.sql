-- countCollisions
with written as (select * from (values (0, (90)::integer), (1, (91)::integer), (2, (90)::integer), (3, (1)::integer), (4, (-1)::integer)) listed (place, "id")),
     new as (select place, (id) as key_0 from written where id > 0),
     old as (select (id) as key_0 from only "public"."t" where id > 0)
select count(*) as rows, min(n.place)::int as first from new n
 where n.place >= 1
   and (exists (select from old o where o.key_0 = n.key_0) or exists (select from new o where o.place < n.place and o.key_0 = n.key_0));


-- countCollisions: of a new table, where NULLs are not distinct, of a column that is not written
with written as (select * from (values (0, (null)::integer), (1, (null)::integer)) listed (place, "id")),
     new as (select place, (id) as key_0 from written)
select count(*) as rows, min(n.place)::int as first from new n
 where n.place >= 0
   and (exists (select from new o where o.place < n.place and o.key_0 is not distinct from n.key_0));


-- countRefused
with written as (select * from (values (0, (null)::integer), (1, (1)::integer), (2, (null)::integer)) listed (place, "id"))
select count(*) as rows, min(place)::int as first from written where place >= 1 and (id is null);


-- countLost
with written as (select * from (values (0, (1)::integer), (1, (90)::integer), (2, (91)::integer), (3, (null)::integer)) listed (place, "id"))
select count(*) as rows, min(w.place)::int as first from written w
 where w.place >= 0 and w."id" is not null and not exists (select from only "public"."t" p where p."id" = w."id") and not exists (select from (select * from (values (0, (90)::integer)) listed (place, "id")) p where p."id" = w."id");
