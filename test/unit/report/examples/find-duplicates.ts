import { finding } from '../../../../src/model/finding.ts';
import type { FindDuplicatesReport } from '../../../../src/model/report.ts';
import { database } from './common.ts';

export const findDuplicates: FindDuplicatesReport = {
  command: 'find-duplicates',
  verdict: 'findings',
  summary: '2,314 excess rows in 2 of 3 rules',
  next: 'msgdb migrate --dry-run',
  durationMs: 1423,
  database,
  findings: [
    finding('MSGDB_DUPLICATES_FOUND', 'chat_messages holds 2,310 excess rows in 1,204 groups.', {
      table: 'chat_messages',
      migration: '0001-chat-messages',
    }),
    finding('MSGDB_DUPLICATES_FOUND', 'Chat holds 4 excess rows in 2 groups.', { table: 'Chat' }),
    finding('MSGDB_ROWS_HIDDEN', 'Row-level security is on for contacts and the role app does not bypass it.', {
      table: 'contacts',
    }),
  ],
  targets: [
    {
      table: 'chat_messages',
      key: ['wa_message_id'],
      where: "wa_message_id IS NOT NULL AND wa_message_id <> ''",
      index: 'idx_chat_messages_wa_message_id_unique',
      migration: '0001-chat-messages',
      coveredRows: 1_204_331,
      groups: 1204,
      excessRows: 2310,
      samples: [
        {
          key: { wa_message_id: 'wamid.HBgLNTUxMTk5OTk5OTk5FQIAERgSQjE3QjM2' },
          copies: 5,
          differs: ['status', 'body', 'delivered_at'],
          rows: [
            {
              id: '101',
              status: 'delivered',
              body: 'Olá! 👋🏽 Seu pedido nº 4711 saiu para entrega e chega hoje até as 18h. Obrigado pela preferência!',
              delivered_at: '2024-11-02 10:15:31+00',
            },
            {
              id: '117',
              status: 'sent',
              body: 'Olá! 👋🏽 Seu pedido nº 4711 saiu para entrega e chega hoje até as 18h. Obrigado pela preferência',
              delivered_at: null,
            },
            {
              id: '118',
              status: 'sent',
              body: 'Olá! 👋🏽 Seu pedido nº 4711 saiu para entrega e chega hoje até as 18h. Obrigado pela preferência!',
              delivered_at: null,
            },
          ],
        },
        {
          key: { wa_message_id: 'wamid.日本語のメッセージ' },
          copies: 2,
          differs: ['sender'],
          rows: [
            { id: '201', sender: '山田太郎 👨‍👩‍👧' },
            { id: '202', sender: 'हिन्दी नाम ไทยที่' },
          ],
        },
      ],
    },
    {
      table: 'Chat',
      key: ['instanceId', 'remoteJid'],
      where: null,
      coveredRows: 48_120,
      groups: 2,
      excessRows: 4,
      samples: [
        {
          key: { instanceId: 'inst-1', remoteJid: '5511999999999@s.whatsapp.net' },
          copies: 2,
          differs: [],
          rows: [{ id: 'clx1' }, { id: 'clx2' }],
        },
      ],
    },
    {
      table: 'whatsapp_conversations',
      key: ['business_id', 'canonical_key'],
      where: null,
      migration: '0004-whatsapp-conversations',
      coveredRows: 12,
      groups: 0,
      excessRows: 0,
      samples: [],
    },
  ],
};
