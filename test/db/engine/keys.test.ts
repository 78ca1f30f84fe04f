import { beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { KEY_SHAPE_CASES } from './key-shape-cases.ts';
import { KEY_TYPE_CASES } from './key-type-cases.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectNoDebris,
  expectOk,
  expectSecondRunDoesNothing,
  makeRule,
  readImages,
  takeTurns,
} from './project.ts';

const CASES = [...KEY_SHAPE_CASES, ...KEY_TYPE_CASES];
const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

describe('copies are the rows the index would reject:', () => {
  test.each(takeTurns(CASES, ({ key }) => key.length === 32))('$name ($strategy)', async (each) => {
    const { sql } = db;
    await sql.unsafe(each.prepare ?? '');
    const names = each.columns
      .replaceAll(/\([^()]*\)/g, '')
      .split(',')
      .filter((one) => !/generated/.test(one));
    const list = names.map((one) => one.trim().split(' ')[0]).join(', ');
    await sql.unsafe(`create table t_case (id int generated always as identity primary key, ${each.columns})`);
    await sql.unsafe(`insert into t_case (${list}) values ${each.rows.join(', ')}`);
    const before = await readImages(sql);

    // The oracle: rows enter in survivor order, and the index says which are copies.
    await sql.unsafe(
      `begin; create table oracle (like t_case including generated); create unique index on oracle ${each.index}`,
    );
    for (let id = 1; id <= each.rows.length; id += 1) {
      await sql.unsafe(
        `insert into oracle (id, ${list}) select id, ${list} from t_case where id = ${id} on conflict do nothing`,
      );
    }
    const kept = await column(sql, 'select id from oracle order by id');
    await sql.unsafe('rollback');
    expect(kept.map(Number)).toEqual(each.kept);

    const { key, where, nulls, strategy } = each;
    const rule = {
      table: 't_case',
      key,
      ...(where ? { where } : {}),
      ...(nulls ? { nulls } : {}),
      index: 'the_rule',
      keep: ['id asc'],
    };
    const project = await makeRule(db, rule, { strategy });
    expectOk(await project.migrate());
    expect(await column(sql, 'select id from t_case order by id')).toEqual(kept);
    expectOk(await project.verify());
    await expectNoDebris(sql);
    await expectSecondRunDoesNothing(sql, project);
    await expectExactUndo(sql, project, before);
  });
});

describe('a key of a type without a hash function, in a table', () => {
  test.each([
    ['without a primary key', 'create table t_case (id int, k bit varying)'],
    [
      'whose primary key has the names of columns of work tables',
      `create table t_case (id int, grp int default 1, size int default 1, tab int default 1, tid int default 1, m int default 1,
         k bit varying, primary key (id, grp, size, tab, tid, m))`,
    ],
  ])('%s', async (_, table) => {
    const { sql } = db;
    await sql.unsafe(`${table}; insert into t_case (id, k) values (1, '1'), (2, '1'), (3, '10'), (4, null), (5, null)`);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 't_case', key: ['k'], keep: ['id'] }, { strategy: 'online' });
    expectOk(await project.migrate());
    expect(await column(sql, 'select id from t_case order by id')).toEqual(['1', '3', '4', '5']);
    await expectExactUndo(sql, project, before);
  });
});
