import { expect, test } from 'vitest';
import { isNamed, nameRule, parseRuleName } from '../../../src/model/rule-name.ts';

const TABLE = { schema: 'public', name: 'Conversation' };

test.each<readonly [string, boolean]>([
  ['Conversation(pageConnectionId, psid)', true],
  ['Conversation(psid,pageConnectionId)', true],
  ['"Conversation"("psid", "pageConnectionId")', true],
  ['public.Conversation (pageConnectionId, psid)', true],
  ['other.Conversation(pageConnectionId, psid)', false],
  ['conversation(pageConnectionId, psid)', false],
  ['Conversation(pageConnectionId)', false],
  ['Conversation(pageConnectionId, psid, id)', false],
  ['Conversation(psid, psid)', false],
])('%s names the key: %s', (text, expected) => {
  const parsed = parseRuleName(text);
  expect(parsed && isNamed(parsed, TABLE, ['pageConnectionId', 'psid'], 'public')).toBe(expected);
});

test.each(['users', 'users()', '(email)', 'users(a,)', 'a.b.c(d)', 'users(email) where x'])(
  '%s is no name of a rule',
  (text) => {
    expect(parseRuleName(text)).toBeUndefined();
  },
);

test('an expression is the same however it is spaced', () => {
  const parsed = parseRuleName("users(LOWER( email ), coalesce(a, ','))");
  const key = [{ expression: "coalesce(a, ',')" }, { expression: '(lower(email))' }];
  expect(parsed && isNamed(parsed, { schema: 'public', name: 'users' }, key, 'public')).toBe(true);
});

test.each([
  [{ schema: 'public', name: 'users' }, ['email'], 'users(email)'],
  [{ schema: 'app', name: 'odd.name' }, ['a b', { expression: 'lower(c)' }], 'app."odd.name"("a b", lower(c))'],
])('the name that is written is read as what it means', (table, key, text) => {
  expect(nameRule(table, key, 'public')).toBe(text);
  const parsed = parseRuleName(text);
  expect(parsed && isNamed(parsed, table, key, 'public')).toBe(true);
});
