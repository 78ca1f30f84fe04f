import type { StatusReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';

export const status: StatusReport = {
  ...common,
  command: 'status',
  summary: '3 applied, 1 failed, 1 pending',
  next: 'msgdb migrate',
  durationMs: 21,
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
