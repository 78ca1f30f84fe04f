import { test } from 'vitest';
import { useDatabase } from '../../support/database.ts';

const db = useDatabase();
test('probe', async () => {
  await db.sql.unsafe(
    `create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false); create table t (k text, m text); create unique index a on t (lower(k) collate ci); create unique index b on t ((k collate ci))`,
  );
  console.log(
    JSON.stringify(
      await db.sql.unsafe(
        `explain (verbose, costs off) select (k), (k collate ci), (lower(k collate "C")), (lower(k)) , (k collate "C" > 'a') from t`,
      ),
    ),
  );
  console.log(
    JSON.stringify(
      await db.sql.unsafe(
        `select indexrelid::regclass, pg_get_indexdef(indexrelid,1,false) d, pg_get_indexdef(indexrelid) from pg_index where indrelid='t'::regclass`,
      ),
    ),
  );
});
