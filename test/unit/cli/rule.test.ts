import { describe, expect, test } from 'vitest';
import type { Flags } from '../../../src/cli/definition/flag.ts';
import { parseRule } from '../../../src/cli/values/rule.ts';
import { errorOf } from './errors.ts';

const given: Flags = { table: 'chat', key: 'a' };

describe('flags make a rule', () => {
  test.each<[Flags, object]>([
    [given, { table: 'chat', key: ['a'], nulls: 'distinct', keep: [], merge: {} }],
    [
      { table: 'public.Chat', key: 'a, b' },
      { table: 'public.Chat', key: ['a', 'b'] },
    ],
    [{ ...given, key: 'a,lower(b)' }, { key: ['a', { expression: 'lower(b)' }] }],
    [{ ...given, key: '"odd(name)"' }, { key: ['"odd(name)"'] }],
    [{ ...given, where: "a <> ''" }, { where: "a <> ''" }],
    [{ ...given, nullsNotDistinct: true }, { nulls: 'not distinct' }],
    [{ ...given, keep: 'updated_at desc, id' }, { keep: ['updated_at desc', 'id'] }],
    [
      { ...given, keep: 'most complete, most children, id desc' },
      { keep: [{ most: 'complete' }, { most: 'children' }, 'id desc'] },
    ],
    [{ ...given, merge: ['token=first-non-null, seen=max'] }, { merge: { token: 'first-non-null', seen: 'max' } }],
    [{ ...given, merge: ['a=min', 'a=min, b=or'] }, { merge: { a: 'min', b: 'or' } }],
    [{ ...given, merge: ['a=min', 'b=or'] }, { merge: { a: 'min', b: 'or' } }],
    [{ ...given, merge: ['seen=max(seen, other)'] }, { merge: { seen: { expression: 'max(seen, other)' } } }],
  ])('%j', (flags, rule) => {
    expect(parseRule(flags)).toMatchObject({ kind: 'unique-key', ...rule });
  });

  test('none without --table and --key: then the migrations have the rules', () => {
    expect(parseRule({ samples: '3' })).toBeUndefined();
  });
});

describe('half a rule is wrong usage', () => {
  test.each<[Flags, string]>([
    [{ table: 'chat' }, '--table is given without --key'],
    [{ key: 'a' }, '--key is given without --table'],
    [{ where: 'true' }, '--where is given without --table and --key'],
    [{ keep: 'id' }, '--keep is given without --table and --key'],
    [{ merge: ['a=max'] }, '--merge is given without --table and --key'],
    [{ nullsNotDistinct: true }, '--nulls-not-distinct is given without'],
    [{ ...given, merge: ['a=sum', 'a=max'] }, 'in different ways: a=sum, a=max'],
    [{ ...given, merge: ['a=sum, b=or, a=max(x)'] }, 'in different ways: a=sum, a=max(x)'],
    [{ ...given, merge: ['a'] }, '"a", which is not column=how'],
    [{ ...given, merge: ['=max'] }, '"=max", which is not column=how'],
    [{ ...given, merge: ['a=maxx'] }, 'which is not column=how'],
    [{ ...given, key: 'lower(a' }, '--key is "lower(a"'],
    [{ ...given, table: ' ' }, 'do not make a rule'],
    [{ ...given, where: '' }, 'do not make a rule'],
  ])('%j', (flags, message) => {
    const error = errorOf(() => parseRule(flags));
    expect(error.code).toBe('MSGDB_USAGE');
    expect(error.message).toContain(message);
  });

  test('a mistyped way to merge is answered with the right one', () => {
    expect(errorOf(() => parseRule({ ...given, merge: ['a=firstnonnull'] })).fix).toContain('a=first-non-null');
  });
});
