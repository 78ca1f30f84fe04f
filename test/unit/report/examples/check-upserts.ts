import { finding } from '../../../../src/model/finding.ts';
import type { CheckUpsertsReport } from '../../../../src/model/report.ts';
import type { UpsertReport } from '../../../../src/model/upsert-report.ts';
import { common } from './common.ts';

const proven: UpsertReport = {
  file: 'src/store.ts',
  line: 12,
  column: 5,
  via: 'supabase',
  statement: "db.from('meta_assets_cache').upsert(row, { onConflict: 'workspace_id,phone_number_id' })",
  table: 'meta_assets_cache',
  target: '(workspace_id, phone_number_id)',
  status: 'ok',
  code: null,
  message: null,
  arbiter: 'idx_meta_assets_cache_ws_phone_unique',
  fix: null,
  ignored: null,
  change: null,
};

const failing: UpsertReport = {
  ...proven,
  file: 'app/сообщения, 100%.go',
  line: 16,
  column: 3,
  via: 'sql',
  statement: 'INSERT INTO chat_messages (wa_message_id) VALUES ($1) ON CONFLICT (wa_message_id) DO NOTHING',
  table: 'chat_messages',
  target: '(wa_message_id)',
  status: 'error',
  code: 'MSGDB_UPSERT_PREDICATE_MISSING',
  message: "idx is partial (WHERE (wa_message_id <> ''::text)), and the target does not say so: 42P10.",
  arbiter: null,
  fix: "Write ON CONFLICT (wa_message_id) WHERE wa_message_id <> ''::text.",
};

const warned: UpsertReport = {
  ...proven,
  line: 40,
  status: 'warning',
  code: 'MSGDB_UPSERT_NULLABLE_KEY',
  message: 'phone_number_id of meta_assets_cache may be NULL.',
  fix: 'alter table meta_assets_cache alter column phone_number_id set not null;',
};

export const checkUpserts: CheckUpsertsReport = {
  ...common,
  command: 'check-upserts',
  verdict: 'findings',
  summary: '5 upserts in 40 files, 1 error, 1 warning, 1 not resolved, 1 ignored, 1 file not read',
  durationMs: 410,
  files: 40,
  findings: [
    finding('MSGDB_UPSERT_PREDICATE_MISSING', failing.message ?? '', {
      table: 'chat_messages',
      fix: failing.fix ?? '',
      data: { file: failing.file, line: 16, column: 3, statement: failing.statement, target: failing.target },
    }),
    finding('MSGDB_UPSERT_NULLABLE_KEY', warned.message ?? '', {
      table: 'meta_assets_cache',
      fix: warned.fix ?? '',
      level: 'warning',
      data: { file: warned.file, line: 40, column: 5, statement: warned.statement, target: warned.target },
    }),
  ],
  upserts: [
    failing,
    proven,
    warned,
    {
      ...proven,
      line: 60,
      table: null,
      status: 'unresolved',
      message: 'the table is named while the program runs',
      arbiter: null,
    },
    { ...failing, file: 'function public.store(text)', line: 3, ignored: 'made at night' },
  ],
  counts: { proven: 1, errors: 1, warnings: 1, unresolved: 1, ignored: 1, notRead: 1 },
  skipped: [{ file: 'src/vendor.js', reason: 'it is minified' }],
  passedOver: ['node_modules'],
  created: ['migrations/0006-unique-chat-messages-wa-message-id.ts'],
};
