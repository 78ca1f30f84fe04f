import { expect, test } from 'vitest';
import { parseRule } from '../../../src/cli/values/rule.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';

const TOO_MANY = Array.from({ length: 33 }, (_, place) => `c${place + 1}`);
const WHY = 'an index of PostgreSQL has at most 32 columns; leave some out, or join some in one expression';

test('a key of more columns than an index can have is refused before anything is asked of a server', () => {
  expect(() => uniqueKey({ table: 't', key: TOO_MANY })).toThrow(
    expect.objectContaining({ code: 'MSGDB_MIGRATION_INVALID', why: `key: ${WHY}.`, fix: expect.any(String) }),
  );
  expect(() => index({ table: 't', columns: TOO_MANY, name: 'wide' })).toThrow(
    expect.objectContaining({ code: 'MSGDB_MIGRATION_INVALID', why: `columns: ${WHY}.` }),
  );
  expect(() => parseRule({ table: 't', key: TOO_MANY.join(',') })).toThrow(
    expect.objectContaining({ code: 'MSGDB_USAGE', why: `key: ${WHY}.`, fix: expect.any(String) }),
  );
});
