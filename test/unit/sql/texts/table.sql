-- analyzeTable
analyze "public"."parted_1";


-- dropTable
drop table "public"."child";


-- selectRowCount
select count(*) as rows from "public"."t";
