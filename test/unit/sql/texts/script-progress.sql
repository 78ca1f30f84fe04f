-- openProgress
insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"begun-sql","{\"done\":0,\"prefix\":\"\"}"]


-- noteProgress
update msgdb.ledger set object = $3::text::jsonb
  where migration = $1 and operation = $2::text::integer and kind = 'begun-sql' and undone_at is null;
-- ["0001-once",0,"{\"done\":1,\"prefix\":\"03b3ec4bf8abed836aad4786980ceb8d23128156100e61f6ec90d97643f14778\"}"]


-- endProgress
update msgdb.ledger set kind = 'ran-sql', object = jsonb_build_object('checksum', $3::text)
  where migration = $1 and operation = $2::text::integer and kind = 'begun-sql' and undone_at is null;
-- ["0001-once",0,"822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f"]
