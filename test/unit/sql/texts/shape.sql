-- assertShapes
select count(*) as rows
    from (select pg_catalog.to_regclass(name)::oid as oid, shape
            from (values ('"public"."t"', '4426611989729726050'), ('"public"."child"', '8253797267732026078')) listed(name, shape)) known
   where shape is distinct from (select pg_catalog.hashtextextended(coalesce(pg_catalog.string_agg(part, ',' order by part), ''), 0)::text
     from (select pg_catalog.jsonb_build_array(a.attname, tn.nspname, t.typname, a.attgenerated)::text
                    collate pg_catalog."C" as part
             from pg_catalog.pg_attribute a
             join pg_catalog.pg_type t on t.oid = a.atttypid
             join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
            where a.attrelid = known.oid and a.attnum > 0 and not a.attisdropped
            union all
           select pg_catalog.jsonb_build_array(k.conname, kn.nspname, kc.relname, k.confdeltype)::text
             from pg_catalog.pg_constraint k
             join pg_catalog.pg_class kc on kc.oid = k.conrelid
             join pg_catalog.pg_namespace kn on kn.oid = kc.relnamespace
            where k.contype = 'f' and k.conparentid = 0
              and k.confrelid in (select known.oid
                                   union select relid from pg_catalog.pg_partition_ancestors(known.oid)
                                   union select relid from pg_catalog.pg_partition_tree(known.oid))) parts);


-- assertShapes: of a table with another column, and one with another foreign key to it
select count(*) as rows
    from (select pg_catalog.to_regclass(name)::oid as oid, shape
            from (values ('"public"."t"', '4426611989729726050'), ('"public"."child"', '8253797267732026078')) listed(name, shape)) known
   where shape is distinct from (select pg_catalog.hashtextextended(coalesce(pg_catalog.string_agg(part, ',' order by part), ''), 0)::text
     from (select pg_catalog.jsonb_build_array(a.attname, tn.nspname, t.typname, a.attgenerated)::text
                    collate pg_catalog."C" as part
             from pg_catalog.pg_attribute a
             join pg_catalog.pg_type t on t.oid = a.atttypid
             join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
            where a.attrelid = known.oid and a.attnum > 0 and not a.attisdropped
            union all
           select pg_catalog.jsonb_build_array(k.conname, kn.nspname, kc.relname, k.confdeltype)::text
             from pg_catalog.pg_constraint k
             join pg_catalog.pg_class kc on kc.oid = k.conrelid
             join pg_catalog.pg_namespace kn on kn.oid = kc.relnamespace
            where k.contype = 'f' and k.conparentid = 0
              and k.confrelid in (select known.oid
                                   union select relid from pg_catalog.pg_partition_ancestors(known.oid)
                                   union select relid from pg_catalog.pg_partition_tree(known.oid))) parts);
