import { expect, test } from 'vitest';
import { ruleOf, shellFlags } from '../../../../src/cli/guide/draft.ts';

const FLAGS = {
  table: 'Chat',
  key: '"page.id",lower(email)',
  where: "state <> 'gone'",
  keep: "(state = 'read') desc, id",
  merge: ['token=first-non-null', 'unread=max'],
  references: ['notes.chatId'],
} as const;

test('the answers are a rule', () => {
  expect(ruleOf({ flags: FLAGS, limit: 7 })).toMatchObject({
    table: 'Chat',
    key: ['"page.id"', { expression: 'lower(email)' }],
    where: "state <> 'gone'",
    keep: ["(state = 'read') desc", 'id'],
    merge: { token: 'first-non-null', unread: 'max' },
    references: [{ table: 'notes', column: 'chatId' }],
    limit: { losers: 7 },
  });
});

test('and flags that a shell takes as they are', () => {
  expect(shellFlags(FLAGS)).toBe(
    `--table Chat --key '"page.id",lower(email)' --where "state <> 'gone'" --keep "(state = 'read') desc, id" ` +
      '--merge token=first-non-null --merge unread=max --references notes.chatId',
  );
});
