import { beforeEach, expect, test } from 'vitest';
import { sql as script } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeProjectOf, STRATEGIES } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

test.each(STRATEGIES)(
  'a role and settings that a script leaves are not those of what comes after (%s)',
  async (strategy) => {
    const clerk = await db.createRole(`clerk_${strategy}`);
    await db.sql.unsafe('create table t (id int primary key, k int); insert into t values (1, 1), (2, 1)');
    const leave = `set role ${clerk.name}; set search_path = nowhere; set default_transaction_read_only = on`;
    const project = await makeProjectOf(
      db,
      [
        script({ up: `alter table t add column n int; ${leave}`, down: `alter table t drop column n; ${leave}` }),
        script({ up: `set session authorization ${clerk.name}; select 1`, down: 'select 1' }),
        script({ up: `vacuum t; ${leave}`, down: 'select 1' }),
        uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } }),
      ],
      { settings: { strategy } },
    );
    expectOk(await project.migrate());
    expect(await column(db.sql, 'select id from t')).toEqual(['1']);
    expectOk(await project.verify());
    expectOk(await project.rollback());
    expect(await column(db.sql, 'select id from t order by 1')).toEqual(['1', '2']);
  },
);
