import { beforeEach, expect, test } from 'vitest';
import { status } from '../../../src/commands/status/status.ts';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import { expectIndex } from '../../../src/model/operations/expect-index.ts';
import type { Operation } from '../../../src/model/operations/index.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { sql } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, expectNoDebris, expectOk, makeProjectOf, readImages } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`
    create table parent (id int primary key, code text, constraint parent_code_key unique (code));
    insert into parent select id, 'c' || id from generate_series(1, 5) id;
    create table t (id int primary key, k int, email text, code text, parent_id int references parent (id));
    insert into t select id, id / 2, case when id % 3 = 0 then 'A@x' else id || '@x' end, 'c' || (id % 5 + 1), null
      from generate_series(2, 13) id;
    create table child (id int primary key, t_id int references t (id));
    insert into child select id, id from generate_series(2, 13) id`);
});

const CASES: readonly (readonly [what: string, up: readonly Operation[]])[] = [
  ['uniqueKey', [uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } })]],
  ['uniqueKey with merge', [uniqueKey({ table: 't', key: ['k'], merge: { email: 'max' }, limit: { share: 1 } })]],
  [
    'uniqueKey on an expression, partial, as NULLS NOT DISTINCT',
    [
      uniqueKey({
        table: 't',
        key: [{ expression: 'lower(email)' }],
        where: 'id > 3',
        nulls: 'not distinct',
        limit: { share: 1 },
      }),
    ],
  ],
  ['uniqueKey as a constraint', [uniqueKey({ table: 't', key: ['k'], constraint: true, limit: { share: 1 } })]],
  ['dropUniqueKey', [dropUniqueKey({ table: 'parent', key: ['code'], restore: { keep: ['id asc'] } })]],
  ['index', [index({ table: 't', columns: ['email'], name: 't_email' })]],
  ['relink', [relink({ table: 't', column: 'parent_id', to: 'parent', match: { code: 'code' } })]],
  [
    'expectIndex',
    [
      index({ table: 't', columns: ['email'], name: 't_email' }),
      expectIndex({ query: "select from t where email = 'A@x'", index: 't_email' }),
    ],
  ],
  [
    'SQL in a transaction',
    [sql({ up: 'alter table t add note text; update t set note = k', down: 'alter table t drop note' })],
  ],
  [
    'SQL without one',
    [sql({ up: 'create index concurrently t_code on t (code); vacuum t', down: 'drop index concurrently t_code' })],
  ],
];

test.each(CASES)('%s: up, status, verify, down, up', async (_, up) => {
  const project = await makeProjectOf(db, up);
  const shown = async () => (await status(project.context, { exitCode: true })).migrations.map(({ state }) => state);
  const before = await readImages(db.sql);
  expect(await shown()).toEqual(['pending']);
  expectOk(await project.migrate());
  expect(await shown()).toEqual(['done']);
  expectOk(await project.verify());
  const after = await readImages(db.sql);
  expectOk(await project.rollback());
  expect(await shown()).toEqual(['rolled back']);
  expect(await readImages(db.sql)).toEqual(before);
  expectOk(await project.migrate());
  expectOk(await project.verify());
  expect(await readImages(db.sql)).toEqual(after);
  await expectNoDebris(db.sql);
});
