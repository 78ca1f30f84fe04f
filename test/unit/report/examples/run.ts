import type { RunReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';

export const run: RunReport = {
  ...common,
  command: 'report',
  summary: 'migrate: 2,310 rows removed, 712 rows changed, 1 index built, 3 rows restored since',
  next: 'msgdb rollback',
  durationMs: 31,
  runId: '20241120-080512-7f3a',
  run: {
    command: 'migrate',
    startedAt: '2024-11-20T08:05:12.000Z',
    finishedAt: '2024-11-20T08:05:18.000Z',
    by: 'deploy',
    version: '0.1.0',
    migrations: [{ name: '0001-chat-messages', state: 'done' }],
  },
  changes: [
    {
      kind: 'removed',
      migration: '0001-chat-messages',
      table: 'chat_messages',
      name: null,
      rows: 2_310,
      restored: 3,
      at: '2024-11-20T08:05:12.500Z',
      undoneAt: null,
    },
    {
      kind: 'updated',
      migration: '0001-chat-messages',
      table: 'message_reactions',
      name: null,
      rows: 712,
      restored: 0,
      at: '2024-11-20T08:05:13.000Z',
      undoneAt: null,
    },
    {
      kind: 'built-index',
      migration: '0001-chat-messages',
      table: 'chat_messages',
      name: 'idx_chat_messages_wa_message_id_unique',
      rows: 0,
      restored: 0,
      at: '2024-11-20T08:05:15.000Z',
      undoneAt: null,
    },
  ],
  indexes: [
    {
      table: 'chat_messages',
      name: 'idx_chat_messages_wa_message_id_unique',
      before: 'absent',
      now: 'valid',
      definition:
        'CREATE UNIQUE INDEX idx_chat_messages_wa_message_id_unique ON public.chat_messages USING btree (wa_message_id)',
    },
  ],
  groups: [
    {
      table: 'chat_messages',
      groups: 1_204,
      removed: 2_310,
      sizes: [
        { from: 2, to: 2, groups: 1_000 },
        { from: 5, to: 9, groups: 204 },
      ],
      samples: [
        {
          key: { id: '101' },
          copies: 3,
          differs: ['status', 'sender'],
          rows: [
            { id: '101', status: 'delivered', sender: '山田太郎' },
            { id: '117', status: 'sent', sender: '山田太郎' },
            { id: '118', status: 'sent', sender: null },
          ],
        },
      ],
    },
  ],
  undo: 'msgdb rollback',
};
