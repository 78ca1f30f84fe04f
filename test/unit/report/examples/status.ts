import type { StatusReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';

export const status: StatusReport = {
  ...common,
  command: 'status',
  summary: '3 applied, 1 failed, 1 pending',
  next: 'msgdb migrate',
  durationMs: 21,
  runs: [
    {
      runId: '20241120-080512-7f3a',
      command: 'migrate',
      startedAt: '2024-11-20T08:05:12.345Z',
      durationMs: 4612,
      by: 'deploy',
      version: '0.1.0',
      state: 'ended',
      changed: '0001-chat-messages applied, 2,310 rows of chat_messages removed, index uq_chat built',
    },
    {
      runId: '20241119-221501-00aa',
      command: 'dedupe',
      startedAt: '2024-11-19T22:15:01Z',
      durationMs: null,
      by: 'ana',
      version: '0.1.0',
      state: 'interrupted',
      changed: '',
    },
  ],
  migrations: [
    {
      name: '0001-chat-messages',
      summary: 'Store each WhatsApp message once',
      state: 'done',
      at: '2024-11-20T08:05:12.345Z',
      by: 'deploy@ci',
      durationMs: 4612,
      error: null,
    },
    {
      name: '0002-contacts',
      summary: '',
      state: 'rolled back',
      at: '2024-11-20T08:05:14Z',
      by: 'deploy@ci',
      durationMs: 125_000,
      error: null,
    },
    {
      name: '0003-media-chat',
      summary: 'Chat aus zwei Quellen',
      state: 'running',
      at: '2024-11-20T08:05:14Z',
      by: 'ana@laptop',
      durationMs: null,
      error: null,
    },
    {
      name: '0004-whatsapp-conversations',
      summary: '会話を一つにする',
      state: 'failed',
      at: '2024-11-20T08:05:15Z',
      by: 'deploy@ci',
      durationMs: 12,
      error:
        'could not create unique index "uq_wa_conv_canonical_key"\nKey (business_id, canonical_key)=(7, +5511999999999) is duplicated.',
    },
    { name: '0005-telegram', summary: 'Telegram', state: 'pending', at: null, by: null, durationMs: null, error: null },
  ],
};
