-- countUncreatable
with created as materialized (
    select row_number() over (order by "n") as msgdb_place, ('7'::integer)::integer as "id", (null)::integer as "k", ("n")::integer as "v"
      from (select c.* from only "public"."child" c
             where (c."t_id" is null or not exists (
        select from only "public"."t" x where x."id" = c."t_id")) and pg_catalog.num_nulls(c."n") = 0
               and (select count(*) from only "public"."t" m where m."v" = c."n") = 0) lost
     group by "n")
  select jsonb_build_array((select jsonb_build_object('rows', count(*), 'sample', coalesce(to_jsonb((array_agg(name order by name))[1:3]), '[]'))
            from (select pg_catalog.concat_ws(', ', "v"::text) as name from created as "t" where pg_catalog.num_nulls(("id")::integer) < 0) refused),
         (select jsonb_build_object('rows', count(*), 'sample', coalesce(to_jsonb((array_agg(name order by name))[1:3]), '[]'))
            from (select pg_catalog.concat_ws(', ', "v"::text) as name from created as "t" where (v < 9) is false) refused),
         (select jsonb_build_object('rows', count(*), 'sample', coalesce(to_jsonb((array_agg(name order by name))[1:3]), '[]'))
            from (select pg_catalog.concat_ws(', ', "v"::text) as name from created as "t" where "k" is not distinct from null) refused),
         (select jsonb_build_object('rows', count(*), 'sample', coalesce(to_jsonb((array_agg(name order by name))[1:3]), '[]'))
            from (select pg_catalog.concat_ws(', ', "v"::text) as name from (select *, id as msgdb_k1 from created as "t" where true) f
       where exists (select from (select id as msgdb_k1 from only "public"."t" where true) o where o.msgdb_k1 = f.msgdb_k1)
          or exists (select from (select *, id as msgdb_k1 from created as "t" where true) e where e.msgdb_place < f.msgdb_place and e.msgdb_k1 = f.msgdb_k1)) refused)) as refused;
