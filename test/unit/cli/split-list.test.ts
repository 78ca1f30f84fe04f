import { describe, expect, test } from 'vitest';
import { hasParenthesis, splitAt, splitList } from '../../../src/cli/values/split-list.ts';
import { errorOf } from './errors.ts';

describe('a list is split at its commas, not at those within something', () => {
  test.each<[string, readonly string[]]>([
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    [' a , b ', ['a', 'b']],
    ['updated_at desc, id', ['updated_at desc', 'id']],
    ['a,lower(b)', ['a', 'lower(b)']],
    ['coalesce(a, b, c), d', ['coalesce(a, b, c)', 'd']],
    ['f((a, b), c), d', ['f((a, b), c)', 'd']],
    ['a[1, 2], b', ['a[1, 2]', 'b']],
    ['"odd, name", b', ['"odd, name"', 'b']],
    ['"a "" , b", c', ['"a "" , b"', 'c']],
    ["coalesce(a, 'x, (y'), b", ["coalesce(a, 'x, (y')", 'b']],
    ["a = 'it''s, so', b", ["a = 'it''s, so'", 'b']],
    ['"(", b', ['"("', 'b']],
    ['名前, émoji 👍', ['名前', 'émoji 👍']],
  ])('%s', (text, parts) => {
    expect(splitList(text, '--key')).toEqual(parts);
  });
});

describe('what is no list is refused with the flag and the reason', () => {
  test.each<[string, string]>([
    ['', 'empty'],
    [' ', 'empty'],
    ['a,,b', 'empty'],
    ['a,', 'empty'],
    ['lower(a', 'A ) is missing'],
    ['"a', 'A " is missing'],
    ["'a", "A ' is missing"],
    ['a)', 'closes nothing'],
    ['(a]', 'closes nothing'],
  ])('%j', (text, reason) => {
    const error = errorOf(() => splitList(text, '--key'));
    expect(error.code).toBe('MSGDB_USAGE');
    expect(error.message).toContain('--key');
    expect(error.why).toContain(reason);
  });
});

test('the last piece holds the rest', () => {
  expect(splitAt('"a=b"=f(x) = 1', '=', '--merge', 2)).toEqual(['"a=b"', 'f(x) = 1']);
});

test.each<[string, boolean]>([
  ['lower(a)', true],
  ["(data->>'id')", true],
  ['a', false],
  ['"odd(name)"', false],
  ["'('", false],
])('has %s a parenthesis of its own? %s', (text, has) => {
  expect(hasParenthesis(text)).toBe(has);
});
