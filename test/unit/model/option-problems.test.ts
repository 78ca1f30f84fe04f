import { describe, expect, test } from 'vitest';
import type { MsgdbError } from '../../../src/model/errors.ts';
import { migration } from '../../../src/model/migration.ts';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { sql } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';

function refusal(declare: (options: never) => unknown, options: unknown): MsgdbError {
  try {
    declare(options as never);
  } catch (error) {
    return error as MsgdbError;
  }
  throw new Error(`${JSON.stringify(options)} was accepted`);
}

describe('an option that is wrong is named, with what was given and what is possible', () => {
  const rule = { table: 't', key: ['k'] };
  test.each<[(options: never) => unknown, unknown, string]>([
    [uniqueKey, undefined, 'it is missing; give { table, key, where,'],
    [uniqueKey, 'posts', '"posts" is not { table, key, where,'],
    [uniqueKey, { key: ['k'] }, 'table: it is missing; give a text'],
    [uniqueKey, { table: '', key: ['k'] }, 'table: it is empty'],
    [uniqueKey, { table: 't', key: 'email' }, 'key: "email" is not a list; write ["email"]'],
    [uniqueKey, { table: 't', key: [5] }, 'key.0: 5 is not a text or { expression }'],
    [
      uniqueKey,
      { table: 't', key: [{ expresion: 'lower(a)' }] },
      '"expresion" is not an option of key.0 (did you mean "expression"?)',
    ],
    [uniqueKey, { ...rule, wehre: 'a > 1' }, '"wehre" is not an option (did you mean "where"?)'],
    [uniqueKey, { ...rule, colour: 'red' }, '"colour" is not an option. The options are table, key, where,'],
    [uniqueKey, { ...rule, nulls: 'not distnct' }, 'nulls: "not distnct" is not "distinct" or "not distinct" (did you'],
    [uniqueKey, { ...rule, merge: { a: 'frist-non-null' } }, '(did you mean "first-non-null"?)'],
    [
      uniqueKey,
      { ...rule, losers: 'archiv' },
      'losers: "archiv" is not "archive", "delete" or { set } (did you mean "ar',
    ],
    [uniqueKey, { ...rule, constraint: 'yes' }, 'constraint: "yes" is not true or false'],
    [uniqueKey, { ...rule, limit: { share: 5 } }, 'limit.share: 5 is too much'],
    [uniqueKey, { ...rule, keep: 'id asc' }, 'keep: "id asc" is not a list; write ["id asc"]'],
    [uniqueKey, { ...rule, references: [{ table: 'c', colum: 'a' }] }, '(did you mean "column"?)'],
    [uniqueKey, { ...rule, references: [{ table: 'c' }] }, 'references.0: give either column or columns'],
    [uniqueKey, { ...rule, where: Promise.resolve('a') }, 'where: a promise that nothing waits for is not a text'],
    [dropUniqueKey, { ...rule, restore: { kep: [] } }, '"kep" is not an option of restore (did you mean "keep"?)'],
    [index, { table: 't', columns: ['a'], name: 'i', method: 'B Tree' }, 'method: "B Tree" is the name'],
    [relink, { table: 't', column: 'c', to: 'p', match: [] }, 'match: [] is not an object of names and values'],
    [sql, 'select 1', '"select 1" is not { up, down, transaction, timeout, lockTimeout }'],
    [sql, { up: 'select 1', transaction: 'no' }, 'transaction: "no" is not true or false'],
    [migration, { summary: 's', up: [] }, 'up: needs at least one operation'],
    [migration, { summary: 's', up: [uniqueKey] }, 'up.0: a function is not an operation; write uniqueKey({ … })'],
    [migration, { summary: 's', up: [], down: [] }, '"down" is not an option. The options are summary, up.'],
  ])('%o: %j → %s', (declare, options, says) => {
    const error = refusal(declare, options);
    expect(error.why).toContain(says);
    expect(`${error.message} ${error.why}`).not.toMatch(/Invalid|expected|received|Unrecognized|Too (small|big)/);
  });

  test('all of them at once, and the fix is the nearest spelling', () => {
    const error = refusal(uniqueKey, { tabel: 't', key: [] });
    expect(error.message).toBe('uniqueKey({ … }) has 3 options that are wrong.');
    expect(error.fix).toBe('Write "table" instead of "tabel" in uniqueKey({ … }).');
  });
});
