-- createPlanned
drop table if exists "msgdb"."work_planned", "msgdb"."work_wanted";

create unlogged table "msgdb"."work_planned" as
  select null::bigint as grp, null::bigint as rank, null::text as hash, false as done, t."id" as id1
    from only "public"."t" t with no data;


-- loadPlanned
insert into "msgdb"."work_planned" 
  select (m.value ->> 'group')::bigint, (m.value ->> 'rank')::bigint, m.value ->> 'row', false,
         key."id"
    from jsonb_array_elements($1::text::jsonb) as m(value)
    cross join lateral jsonb_to_record(m.value -> 'key') as key("id" integer);
-- ["[{\"group\": 1, \"rank\": 1, \"key\": {\"id\": 1}, \"row\": \"x\"},{\"group\": 1, \"rank\": 2, \"key\": {\"id\": 9}, \"row\": \"y\"}]"]


-- lookAtPlanned
select p.grp, count(*) as rows, count(*) - count(t.ctid) as gone,
         count(*) filter (where t.ctid is not null and p.hash <> pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.record_send(row(t."id", t."k", t."v"))), 'hex'), 32)) as changed,
         count(*) filter (where p.rank > 1 and t.ctid is not null) as open
    from (
  select (m.value ->> 'group')::bigint, (m.value ->> 'rank')::bigint, m.value ->> 'row', false,
         key."id"
    from jsonb_array_elements($1::text::jsonb) as m(value)
    cross join lateral jsonb_to_record(m.value -> 'key') as key("id" integer)) p (grp, rank, hash, done, id1)
    left join only "public"."t" t on p.id1 = t."id"
   group by p.grp
   order by p.grp;
-- ["[{\"group\": 1, \"rank\": 1, \"key\": {\"id\": 1}, \"row\": \"x\"},{\"group\": 1, \"rank\": 2, \"key\": {\"id\": 9}, \"row\": \"y\"}]"]


-- lookAtPlanned: of a row with other contents
select p.grp, count(*) as rows, count(*) - count(t.ctid) as gone,
         count(*) filter (where t.ctid is not null and p.hash <> pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.record_send(row(t."id", t."k", t."v"))), 'hex'), 32)) as changed,
         count(*) filter (where p.rank > 1 and t.ctid is not null) as open
    from (
  select (m.value ->> 'group')::bigint, (m.value ->> 'rank')::bigint, m.value ->> 'row', false,
         key."id"
    from jsonb_array_elements($1::text::jsonb) as m(value)
    cross join lateral jsonb_to_record(m.value -> 'key') as key("id" integer)) p (grp, rank, hash, done, id1)
    left join only "public"."t" t on p.id1 = t."id"
   group by p.grp
   order by p.grp;
-- ["[{\"group\": 1, \"rank\": 1, \"key\": {\"id\": 1}, \"row\": \"x\"}]"]


-- lookAtPlanned: of which a run of the plan has marked one loser
select p.grp, count(*) as rows, count(*) - count(t.ctid) as gone,
         count(*) filter (where t.ctid is not null and p.hash <> pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.record_send(row(t."id", t."k", t."v"))), 'hex'), 32)) as changed,
         count(*) filter (where p.rank > 1 and t.ctid is not null and not (p.id1) in (
           select a."id" from "msgdb"."archive_t_84995649" a
            where a.msgdb_image = 'before' and a.msgdb_restored_at is null
              and a.msgdb_ledger in (select l.id from msgdb.ledger l
                                      where l.kind = 'updated' and l.object ->> 'plan' = 'p'
                                        and l.object ->> 'archive' = 'archive_t_84995649'))) as open
    from (
  select (m.value ->> 'group')::bigint, (m.value ->> 'rank')::bigint, m.value ->> 'row', false,
         key."id"
    from jsonb_array_elements($1::text::jsonb) as m(value)
    cross join lateral jsonb_to_record(m.value -> 'key') as key("id" integer)) p (grp, rank, hash, done, id1)
    left join only "public"."t" t on p.id1 = t."id"
   group by p.grp
   order by p.grp;
-- ["[{\"group\": 1, \"rank\": 1, \"key\": {\"id\": 1}, \"row\": \"x\"},{\"group\": 1, \"rank\": 2, \"key\": {\"id\": 2}, \"row\": \"y\"},{\"group\": 2, \"rank\": 1, \"key\": {\"id\": 3}, \"row\": \"x\"},{\"group\": 2, \"rank\": 2, \"key\": {\"id\": 7}, \"row\": \"y\"}]"]


-- indexPlanned
create index on "msgdb"."work_planned" (id1);

create index on "msgdb"."work_planned" (grp);

analyze "msgdb"."work_planned";


-- keepPlanned: of which the plan has one group
create unlogged table "msgdb"."work_wanted" as
  select dense_rank() over (order by s.grp) as grp, s.size, s.tab, s.tid, id1
    from "msgdb"."work_staged" s
   where s.grp in (select m.grp
                     from "msgdb"."work_staged" m
                     join only "public"."t" t on t.tableoid = m.tab and t.ctid = m.tid
                     join "msgdb"."work_planned" p on p.id1 = t."id");

truncate "msgdb"."work_staged";

insert into "msgdb"."work_staged" (grp, size, tab, tid, id1)
  select grp, size, tab, tid, id1 from "msgdb"."work_wanted";

drop table "msgdb"."work_wanted";

analyze "msgdb"."work_staged";

select coalesce(max(grp), 0) as groups from "msgdb"."work_staged";


-- checkPlanned: of which one group is as it was
analyze "msgdb"."work_ranked_0";

delete from "msgdb"."work_ranked_0" r using (
    select l.grp
      from "msgdb"."work_ranked_0" l
      join only "public"."t" t on t.tableoid = l.tab and t.ctid = l.tid
      left join "msgdb"."work_planned" p on p.id1 = t."id"
     group by l.grp
    having (count(p.grp) = count(*) and min(p.grp) = max(p.grp)
            and bool_and(p.rank = l.rank and p.hash = pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.record_send(row(t."id", t."k", t."v"))), 'hex'), 32))
            and count(*) = (select count(*) from "msgdb"."work_planned" q where q.grp = min(p.grp))) is not true) other
   where r.grp = other.grp;

update "msgdb"."work_planned" w set done = true
   where w.grp in (select p.grp
                     from "msgdb"."work_ranked_0" l
                     join only "public"."t" t on t.tableoid = l.tab and t.ctid = l.tid
                     join "msgdb"."work_planned" p on p.id1 = t."id"
                    where l.rank = 1);

select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0";


-- readLeftOut
select reason, count(*) as groups, sum(losers) as rows,
         to_jsonb((array_agg(grp order by grp))[1:$1::text::integer]) as first
    from (select p.grp, count(*) filter (where p.rank > 1) as losers,
                 case when not bool_or(p.rank > 1 and t.ctid is not null) then 'done'
                      when count(t.ctid) < count(*) then 'gone'
                      when bool_and(p.hash = pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.record_send(row(t."id", t."k", t."v"))), 'hex'), 32)) then 'regrouped'
                      else 'changed' end as reason
            from "msgdb"."work_planned" p
            left join only "public"."t" t on p.id1 = t."id"
           where not p.done
           group by p.grp) left_out
   group by reason order by reason;
-- [3]


-- dropPlanned
drop table if exists "msgdb"."work_planned";
