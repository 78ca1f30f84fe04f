import { beforeEach, describe, expect, test } from 'vitest';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import type { Operation } from '../../../src/model/operations/index.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeProjectOf } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe('create table t (id int primary key, a int, b int); insert into t values (1, 1, 1), (2, 2, 1)');
});

const INDEXES = `select indexrelid::regclass from pg_index where indrelid = 't'::regclass and not indisprimary order by 1`;
const BUILD = uniqueKey({ table: 't', key: ['a', 'b'], index: 't_ab' });

describe('what is left of a key whose column has gone since is another index’s meaning', () => {
  test.each<[string, Operation, string]>([
    ['unique', BUILD, 'create unique index users_own on t (a)'],
    ['not unique', index({ table: 't', columns: ['a', 'b'], name: 't_ab' }), 'create index users_own on t (a)'],
  ])('rollback leaves the one that it has (%s)', async (_, operation, own) => {
    const project = await makeProjectOf(db, [operation]);
    expectOk(await project.migrate());
    await db.sql.unsafe(`${own}; alter table t drop column b`);
    expectOk(await project.rollback());
    expect(await column(db.sql, INDEXES)).toEqual(['users_own']);
  });

  test('rollback drops the index whose column was renamed', async () => {
    const project = await makeProjectOf(db, [BUILD]);
    expectOk(await project.migrate());
    await db.sql.unsafe('create unique index users_own on t (a); alter table t rename b to c');
    expectOk(await project.rollback());
    expect(await column(db.sql, INDEXES)).toEqual(['users_own']);
  });

  test('a rule that was dropped cannot be put back, and verify does not take another for it', async () => {
    await db.sql.unsafe('create unique index t_ab on t (a, b)');
    const project = await makeProjectOf(db, [dropUniqueKey({ table: 't', key: ['a', 'b'] })]);
    expectOk(await project.migrate());
    await db.sql.unsafe('create unique index users_own on t (a); alter table t drop column b');
    expectOk(await project.verify());
    await expect(project.rollback()).resolves.toMatchObject({
      verdict: 'findings',
      findings: [expect.objectContaining({ message: expect.stringContaining('t has no column b') })],
    });
    expect(await column(db.sql, INDEXES)).toEqual(['users_own']);
  });
});

test('copies that differ are to stay, and the rule is restored all the same', async () => {
  await db.sql.unsafe('alter table t add constraint t_a unique (a)');
  const project = await makeProjectOf(db, [dropUniqueKey({ table: 't', key: ['a'] })], {
    settings: { onDiffer: 'stop' },
  });
  expectOk(await project.migrate());
  await db.sql.unsafe('insert into t values (3, 1, 9)');
  expectOk(await project.rollback());
  expect(await column(db.sql, INDEXES)).toEqual(['t_a']);
  expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '2']);
});
