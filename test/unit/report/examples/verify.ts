import { finding } from '../../../../src/model/finding.ts';
import type { VerifyReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';

export const verify: VerifyReport = {
  ...common,
  command: 'verify',
  verdict: 'findings',
  summary: '1 of 5 checks failed',
  next: 'msgdb migrate',
  durationMs: 340,
  findings: [
    finding('MSGDB_INDEX_INVALID', 'idx_chat_messages_wa_message_id_unique is there but not valid.', {
      table: 'chat_messages',
      migration: '0001-chat-messages',
    }),
    finding('MSGDB_MIGRATION_PENDING', '0005-telegram has not been applied.', { migration: '0005-telegram' }),
    finding('MSGDB_MIGRATION_EDITED', 'The checksum differs.', {
      migration: '0002-contacts',
      data: { file: 'migrations/0002-contacts.ts', line: 3 },
    }),
  ],
  checks: [
    {
      id: '0001-chat-messages/1/index',
      code: 'MSGDB_INDEX_INVALID',
      table: 'chat_messages',
      migration: '0001-chat-messages',
      status: 'failed',
      title: 'index exists and is valid',
      detail: 'idx_chat_messages_wa_message_id_unique: indisvalid is false',
    },
    {
      id: '0001-chat-messages/1/duplicates',
      code: null,
      table: 'chat_messages',
      migration: '0001-chat-messages',
      status: 'ok',
      title: 'no duplicates',
      detail: '0 groups in 1,202,021 rows',
    },
    {
      id: '0001-chat-messages/1/arbiter',
      code: null,
      table: 'chat_messages',
      migration: '0001-chat-messages',
      status: 'skipped',
      title: 'ON CONFLICT finds the index',
      detail: 'the index is not valid',
    },
    {
      id: '0004/1/index',
      code: null,
      table: 'whatsapp_conversations',
      migration: '0004-whatsapp-conversations',
      status: 'info',
      title: 'index exists and is valid',
      detail: 'has another name: uq_wa_conv_canonical_key',
    },
    {
      id: '0004/1/duplicates',
      code: null,
      table: 'whatsapp_conversations',
      migration: '0004-whatsapp-conversations',
      status: 'ok',
      title: 'no duplicates',
      detail: '',
    },
  ],
  upserts: [
    {
      table: 'chat_messages',
      index: 'idx_chat_messages_wa_message_id_unique',
      clause: "ON CONFLICT (wa_message_id) WHERE wa_message_id IS NOT NULL AND wa_message_id <> '' DO NOTHING",
      spellings: [
        { via: 'sql', text: 'ON CONFLICT (wa_message_id)', works: false },
        { via: 'sqlalchemy', text: ".on_conflict_do_update(index_elements=['wa_message_id'], set_=…)", works: true },
        { via: 'supabase', text: ".upsert(row, { onConflict: 'wa_message_id' })", works: false },
      ],
    },
    {
      table: 'whatsapp_conversations',
      index: 'uq_wa_conv_canonical_key',
      clause: 'ON CONFLICT (business_id, canonical_key) DO UPDATE SET …',
      spellings: [],
    },
  ],
};
