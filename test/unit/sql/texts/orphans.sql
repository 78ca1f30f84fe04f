-- countOrphans
select count(*) as rows
    from only "public"."child" c
   where pg_catalog.num_nulls(c."t_id") = 0
     and not exists (select from only "public"."t" p where p."id" operator(pg_catalog.=) c."t_id");


-- countOrphans: in an array
select count(*) as rows
    from only "public"."child" c
   where exists (
           select from unnest(c."list") as u(value)
            where u.value is not null and not exists (
                    select from only "public"."t" p
                     where p."id" = u.value));
