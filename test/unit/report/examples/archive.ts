import type { ArchiveReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';

export const archiveList: ArchiveReport = {
  ...common,
  command: 'archive',
  action: 'list',
  summary: '2 runs keep 2,313 rows',
  next: 'msgdb archive show 20241120-080512-7f3a',
  durationMs: 14,
  runs: [
    {
      runId: '20241120-080512-7f3a',
      command: 'migrate',
      startedAt: '2024-11-20T08:05:12Z',
      by: 'deploy@ci',
      tables: [
        { table: 'chat_messages', removed: 2310, updated: 1204, created: 0, restored: 0 },
        { table: 'message_reactions', removed: 0, updated: 712, created: 0, restored: 0 },
      ],
    },
    {
      runId: '20241119-101010-0001',
      command: 'dedupe',
      startedAt: '2024-11-19T10:10:10Z',
      by: 'ana@laptop',
      tables: [{ table: 'waba_accounts', removed: 3, updated: 1, created: 0, restored: 3 }],
    },
  ],
  rows: [],
  restoredRows: 0,
  notRestoredRows: 0,
  purgedRows: 0,
};

export const archiveShow: ArchiveReport = {
  ...archiveList,
  action: 'show',
  summary: '2 archived rows',
  runs: archiveList.runs.slice(0, 1),
  rows: [
    {
      table: 'chat_messages',
      image: 'removed',
      row: { id: '117', status: 'sent', body: 'Olá! 👋🏽', deleted_at: null },
    },
    { table: 'chat_messages', image: 'removed', row: { id: '118', status: 'sent', body: '', deleted_at: null } },
  ],
};
