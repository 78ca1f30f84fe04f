import { expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';

const keepOf = (keep: unknown) => uniqueKey({ table: 't', key: ['k'], keep: keep as never }).keep;

test.each([
  [' updated_at desc ', 'updated_at desc'],
  ['most complete', { most: 'complete' }],
  ['Most  CHILDREN', { most: 'children' }],
  ['most desc', 'most desc'],
  ['most', 'most'],
  ['"most" nulls first', '"most" nulls first'],
  [
    { most: 'children', of: ['orders'] },
    { most: 'children', of: ['orders'] },
  ],
  [
    { column: 'status', ranking: ['open'] },
    { column: 'status', ranking: ['open'] },
  ],
])('a survivor order may have the term %j', (term, parsed) => {
  expect(keepOf([term])).toEqual([parsed]);
});

test.each([
  ['most kids', 'keep.0: "most kids" is not known: write "most complete" or "most children"'],
  ['most complete desc', 'has more than "most complete"'],
  ['', 'keep.0: it is empty'],
  [7, "keep.0: write 'column desc'"],
  [null, "keep.0: write 'column desc'"],
  [{ most: 'kids' }, `keep.0.most: "kids" is neither 'complete' nor 'children'`],
  [{ most: 'complete', of: [] }, 'keep.0.of'],
  [{ most: 'complete', off: ['a'] }, 'off'],
  [{ column: 'a' }, 'keep.0.ranking'],
])('a survivor order cannot have the term %j', (term, why) => {
  try {
    keepOf([term]);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(MsgdbError);
    expect((error as MsgdbError).why).toContain(why);
  }
});
