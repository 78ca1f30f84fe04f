import { finding } from '../../../../src/model/finding.ts';
import type { PlanReport } from '../../../../src/model/plan-report.ts';

export const disagreement = finding('MSGDB_GROUP_DISAGREES', '3 groups of waba_accounts differ in tenant_id.', {
  table: 'waba_accounts',
  migration: '0001-chat-messages',
});

export const plan: readonly PlanReport[] = [
  {
    migration: '0001-chat-messages',
    title: 'unique (wa_message_id) on chat_messages',
    table: 'chat_messages',
    notes: ['The table has 1,204,331 rows, more than 100,000: the index is built online.'],
    steps: [
      {
        kind: 'dedupe',
        title: 'Remove 2,310 excess rows from chat_messages',
        lock: 'row',
        rows: 2310,
        duration: 'seconds',
        details: [
          'keeps of each group the row with the lowest id',
          're-points message_reactions (message_id) by foreign key message_reactions_message_id_fkey',
        ],
        sql: ['select m.id\nfrom chat_messages as m\nwhere m.wa_message_id is not null\n  for update'],
        steps: [],
      },
      {
        kind: 'build-index',
        title: 'Build unique index idx_chat_messages_wa_message_id_unique',
        lock: 'share update exclusive',
        rows: 1204331,
        duration: 'minutes',
        details: [],
        sql: [
          "create unique index concurrently idx_chat_messages_wa_message_id_unique on public.chat_messages (wa_message_id) where wa_message_id is not null and wa_message_id <> ''",
        ],
        steps: [],
      },
    ],
  },
  {
    migration: '0001-chat-messages',
    title: 'unique (user_id, waba_id) on waba_accounts',
    table: 'waba_accounts',
    notes: [],
    steps: [
      {
        kind: 'transaction',
        title: 'In one transaction',
        lock: 'share row exclusive',
        rows: 12,
        duration: 'instant',
        details: [],
        sql: [],
        steps: [
          {
            kind: 'dedupe',
            title: 'Remove 3 excess rows from waba_accounts',
            lock: 'row',
            rows: 3,
            duration: 'instant',
            details: ['survivor takes access_token from the first copy that has one'],
            sql: [],
            steps: [],
          },
          {
            kind: 'drop-constraint',
            title: 'Drop constraint waba_accounts_waba_id_key',
            lock: 'access exclusive',
            rows: 0,
            duration: 'instant',
            details: [],
            sql: ['alter table public.waba_accounts drop constraint waba_accounts_waba_id_key'],
            steps: [],
          },
        ],
      },
    ],
  },
  {
    migration: '0002-contacts',
    title: 'index (phone) on contacts',
    table: 'contacts',
    notes: [],
    steps: [],
    refusals: [],
  },
];
