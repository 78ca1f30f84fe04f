import { beforeEach, describe, expect, test } from 'vitest';
import { dedupeScript } from '../../../src/commands/dedupe/dedupe-script.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, STRATEGIES } from './project.ts';

const db = useDatabase();
/** Two keys of which PostgreSQL makes the same hash. */
const ALIKE = ['1', '4294967296'] as const;
const RULE = uniqueKey({ table: 't', key: ['k'], keep: ['id'], limit: { share: 1 } });

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe('create table t (id int primary key, k bigint)');
  for (const [place, key] of ALIKE.entries()) {
    await db.sql.unsafe(`insert into t select g, ${key} from generate_series(${place * 3 + 1}, ${place * 3 + 3}) g`);
  }
});

describe.each(['', 'create index on t (k)'])('keys that differ and have one hash are two groups (%s)', (prepare) => {
  beforeEach(async () => {
    await db.sql.unsafe(prepare);
    const hashes = await column(db.sql, 'select distinct pg_catalog.hash_record_extended(row(k), 0) from t');
    expect(hashes).toHaveLength(1);
  });

  test('when they are counted', async () => {
    const { targets } = await findDuplicates(await makeContext(db), { rule: RULE, samples: 2 });
    expect(targets).toMatchObject([{ groups: 2, excessRows: 4, samples: [{ copies: 3 }, { copies: 3 }] }]);
  });

  test('when their rows are sampled to explain how they came', async () => {
    const explain = { by: undefined };
    const { targets } = await findDuplicates(await makeContext(db), { rule: RULE, samples: 0, explain });
    expect(targets).toMatchObject([{ why: { groups: 2, rows: 6 } }]);
  });

  test.each(STRATEGIES)('when a script finds them again (%s)', async (strategy) => {
    const context = await makeContext(db, { settings: { strategy } });
    await db.sql.unsafe(await dedupeScript(context, { rule: RULE }));
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '4']);
  });
});
