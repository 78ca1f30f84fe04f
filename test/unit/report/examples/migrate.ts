import { finding } from '../../../../src/model/finding.ts';
import type { MigrateReport, RedoReport, RollbackReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';
import { disagreement, plan } from './plan.ts';

export const migrateDryRun: MigrateReport = {
  ...common,
  command: 'migrate',
  verdict: 'findings',
  findings: [disagreement],
  summary: '2 migrations pending, 1 refusal',
  durationMs: 412,
  dryRun: true,
  runId: null,
  applied: [],
  pending: ['0001-chat-messages', '0002-contacts'],
  plan: plan.map((each) => (each.table === 'waba_accounts' ? { ...each, steps: [], refusals: [disagreement] } : each)),
};

const applied = {
  name: '0001-chat-messages',
  summary: 'Store each WhatsApp message once',
  durationMs: 4612,
  steps: [
    {
      kind: 'dedupe',
      title: 'Remove excess rows from chat_messages',
      durationMs: 1630,
      detail: '2,310 rows archived and removed, 712 children re-pointed',
    },
    {
      kind: 'build-index',
      title: 'Build unique index idx_chat_messages_wa_message_id_unique',
      durationMs: 2904,
      detail: 'valid',
    },
    { kind: 'verify', title: 'Read the result back', durationMs: 12, detail: '0 duplicates' },
  ],
  counts: [
    { table: 'chat_messages', before: 1_204_331, after: 1_202_021 },
    { table: 'waba_accounts', before: 15, after: 12 },
  ],
};

export const migrate: MigrateReport = {
  ...common,
  command: 'migrate',
  summary: '1 migration applied, 2,313 excess rows archived',
  next: 'msgdb verify',
  durationMs: 4700,
  dryRun: false,
  runId: '20241120-080512-7f3a',
  applied: [applied],
  pending: ['0002-contacts'],
  plan: [],
};

export const rollback: RollbackReport = {
  ...common,
  command: 'rollback',
  verdict: 'findings',
  findings: [
    finding('MSGDB_NOT_RESTORED', '2 rows of chat_messages have been written again since.', { table: 'chat_messages' }),
  ],
  summary: '1 migration rolled back, 2 rows not restored',
  next: 'msgdb archive show 20241120-080512-7f3a',
  durationMs: 3605,
  dryRun: false,
  runId: '20241120-091500-aa01',
  rolledBack: [
    {
      ...applied,
      steps: [
        {
          kind: 'drop-index',
          title: 'Drop index idx_chat_messages_wa_message_id_unique',
          durationMs: 8,
          detail: 'dropped',
        },
      ],
      counts: [{ table: 'chat_messages', before: 1_202_021, after: 1_204_329 }],
    },
  ],
  restoredRows: 2308,
  notRestoredRows: 2,
  plan: [],
};

export const redo: RedoReport = {
  ...rollback,
  command: 'redo',
  verdict: 'ok',
  findings: [],
  summary: '0001-incidents was undone and applied again',
  next: 'msgdb verify',
  notRestoredRows: 0,
  applied: [applied],
};
