-- countCovered
select count(*) as covered from only "public"."t" where "k" is distinct from null;


-- countCovered: and how long the keys are
select count(*) filter (where in_rule) as covered,
         max(least) as least, max(most) as most, count(*) filter (where least > 2704) as too_long
    from (select "body" is distinct from null as in_rule, case when 27 + coalesce(pg_catalog.pg_column_size("body"), 0) > 2704 then 8 + coalesce(case when pg_catalog.pg_column_compression("body") is null then pg_catalog.octet_length("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 1 end else pg_catalog.pg_column_size("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 0 end end, 0) end as least, case when 27 + coalesce(pg_catalog.pg_column_size("body"), 0) > 2704 then 8 + coalesce(case when pg_catalog.pg_column_compression("body") is null then pg_catalog.octet_length("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 1 end else pg_catalog.pg_column_size("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 0 end end, 0) end as most
            from only "public"."texts" where (id > 80)) measured;


-- listLong
select to_jsonb(array["id"::text]) as name, case when 27 + coalesce(pg_catalog.pg_column_size("body"), 0) > 2704 then 8 + coalesce(case when pg_catalog.pg_column_compression("body") is null then pg_catalog.octet_length("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 1 end else pg_catalog.pg_column_size("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 0 end end, 0) end as least, case when 27 + coalesce(pg_catalog.pg_column_size("body"), 0) > 2704 then 8 + coalesce(case when pg_catalog.pg_column_compression("body") is null then pg_catalog.octet_length("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 1 end else pg_catalog.pg_column_size("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 0 end end, 0) end as most,
         to_jsonb(array[case when case when 27 + coalesce(pg_catalog.pg_column_size("body"), 0) > 2704 then 8 + coalesce(case when pg_catalog.pg_column_compression("body") is null then pg_catalog.octet_length("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 1 end else pg_catalog.pg_column_size("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 0 end end, 0) end <= 2704 and pg_catalog.pg_column_size("body") between 511 and 262144
           then pg_catalog.encode(pg_catalog.convert_to("body"::text, pg_catalog.getdatabaseencoding()), 'base64') end]::text[]) as bytes, to_jsonb(array[coalesce(case when pg_catalog.pg_column_compression("body") is null then pg_catalog.octet_length("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 1 end else pg_catalog.pg_column_size("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 0 end end, 0)]) as counted,
         pg_catalog.current_setting('default_toast_compression') as method
    from only "public"."texts"
   where case when true then case when 27 + coalesce(pg_catalog.pg_column_size("body"), 0) > 2704 then 8 + coalesce(case when pg_catalog.pg_column_compression("body") is null then pg_catalog.octet_length("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 1 end else pg_catalog.pg_column_size("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 0 end end, 0) end > 2704 end
   order by 2 desc, 3 desc limit 2;
