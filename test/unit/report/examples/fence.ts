import type { FenceReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';

const kept = { since: '2024-11-20T08:05:12.001Z', until: '2024-11-20T08:35:12.001Z', runId: '20241120-080512-7f3a' };

export const fenceList: FenceReport = {
  ...common,
  command: 'fence',
  action: 'list',
  summary: '1 fence kept, 2 to be cleared away',
  next: 'msgdb fence drop',
  durationMs: 14,
  fences: [
    {
      ...kept,
      table: 'chat_messages',
      key: "(wa_message_id) where wa_message_id <> ''",
      index: 'idx_chat_messages_wa_message_id_unique',
      state: 'standing',
      by: 'deploy',
      servedBy: null,
    },
    {
      ...kept,
      table: 'sales."Größe"',
      key: '(lower("größe"), "顧客")',
      index: 'größe_key',
      state: 'served',
      by: 'ana',
      servedBy: 'größe_key',
    },
    { ...kept, table: 'gone', key: '(k)', index: 'gone_k_key', state: 'detached', by: 'ana', servedBy: null },
  ],
};
