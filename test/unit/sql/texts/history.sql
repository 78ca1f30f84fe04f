-- recordState
insert into msgdb.migrations (name, checksum, state, run_id, duration_ms, error, version)
  values ($1, $2, $3, $4, $5::text::bigint, $6, $7)
  on conflict (name) do update
     set checksum = excluded.checksum, state = excluded.state, run_id = excluded.run_id,
         duration_ms = excluded.duration_ms, error = excluded.error, version = excluded.version,
         run_by = current_user, changed_at = clock_timestamp();
-- ["0002-two","d","failed","run",null,"no","VERSION"]

insert into msgdb.migrations (name, checksum, state, run_id, duration_ms, error, version)
  values ($1, $2, $3, $4, $5::text::bigint, $6, $7)
  on conflict (name) do update
     set checksum = excluded.checksum, state = excluded.state, run_id = excluded.run_id,
         duration_ms = excluded.duration_ms, error = excluded.error, version = excluded.version,
         run_by = current_user, changed_at = clock_timestamp();
-- ["0001-once","c","done","run",13,null,"VERSION"]


-- copyState
insert into msgdb.migrations (name, checksum, state, run_id, run_by, version) values ($1, $2, $3, $4, $5, 'shadow');
-- ["0001-once","c","done","run","app"]


-- forgetFailed: of which one has something to undo, and one did not fail
delete from msgdb.migrations m
  where state = 'failed' and name in (select jsonb_array_elements_text($1::text::jsonb))
    and not exists (select from msgdb.ledger l
                     where l.migration = m.name and l.undone_at is null and not l.object ? 'leftBy')
 returning name;
-- ["[\"0001-once\",\"0002-two\",\"0003-three\"]"]


-- acceptChecksum
update msgdb.migrations set checksum = $2 where name = $1;
-- ["0001-once","e"]


-- renameMigration
update msgdb.migrations set name = $2 where name = $1;
-- ["0001-once","0001-twice"]

update msgdb.ledger set migration = $2 where migration = $1;
-- ["0001-once","0001-twice"]


-- forgetMigration
update msgdb.ledger set undone_at = clock_timestamp()
    where migration = $1 and undone_at is null and kind not in ('removed', 'updated', 'created');
-- ["0001-once"]

update msgdb.ledger set object = object || jsonb_build_object('leftBy', $2::text)
  where migration = $1 and undone_at is null and not object ? 'leftBy';
-- ["0001-once","run-2"]

delete from msgdb.migrations where name = $1;
-- ["0001-once"]


-- closeRun
update msgdb.runs set finished_at = clock_timestamp() where id = $1;
-- ["run"]


-- leaveEntries
update msgdb.ledger set object = object || jsonb_build_object('leftBy', $2::text)
  where migration = $1 and undone_at is null and not object ? 'leftBy';
-- ["0001-once","run-2"]


-- closeEntries
update msgdb.ledger set undone_at = clock_timestamp()
  where id in (select value::bigint from jsonb_array_elements_text($1::text::jsonb));
-- ["[1]"]
