import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CheckUpsertsReport } from '../../../src/model/report.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { ALL, apply, load } from '../incidents/incidents.ts';
import { checkFolder } from './check.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures', import.meta.url));
const db = useDatabase();

beforeAll(async () => {
  await load(db.sql, ALL);
});

/** The applications of all incidents, as `file:line code`. */
async function checkApplications(moment: 'before' | 'after'): Promise<CheckUpsertsReport> {
  return await checkFolder(db, FIXTURES, { paths: ALL.map(({ name }) => join(name, 'app', moment)) });
}

function told({ findings }: CheckUpsertsReport): readonly string[] {
  return findings.map(({ code, data }) => `${String(data?.file).split('/').slice(-1)}:${data?.line} ${code}`);
}

function fixOf({ upserts }: CheckUpsertsReport, file: string): string | null | undefined {
  return upserts.find((upsert) => upsert.file.endsWith(file))?.fix;
}

describe('before the migrations', () => {
  test('each upsert that fails or stores copies is found at its line', async () => {
    expect(told(await checkApplications('before'))).toEqual([
      'waba.go:16 MSGDB_ARBITER_MISSING',
      'waba.go:16 MSGDB_UPSERT_ASSIGNS_KEY',
      'waba.go:33 MSGDB_ARBITER_MISSING',
      'waba.go:33 MSGDB_UPSERT_ASSIGNS_KEY',
      'save_message.go:14 MSGDB_UPSERT_CHECK_THEN_INSERT',
      'save_message_first_fix.go:16 MSGDB_ARBITER_MISSING',
      'instagram-conversation-helper.ts:10 MSGDB_UPSERT_CHECK_THEN_INSERT',
      'telegram-conversation-helper.ts:11 MSGDB_UPSERT_NULLABLE_KEY',
      'whatsapp_session_service.py:10 MSGDB_UPSERT_CHECK_THEN_INSERT',
      'route.ts:11 MSGDB_UPSERT_NEVER_CONFLICTS',
      'route.ts:14 MSGDB_UPSERT_NEVER_CONFLICTS',
    ]);
  });

  test('the key that would mend the accounts has the user in it: the upsert would give them away', async () => {
    expect(fixOf(await checkApplications('before'), 'waba.go')).toMatch(
      /uniqueKey\(\{ table: 'waba_accounts', key: \['user_id', 'waba_id'\] \}\), and write ON CONFLICT \(user_id, waba_id\)/,
    );
  });

  test('the code to come needs the migrations', async () => {
    const report = await checkApplications('after');
    expect(report.upserts.filter(({ status }) => status === 'error').map(({ file }) => file.split('/').at(-1))).toEqual(
      ['waba.go', 'waba.go', 'save_message.go', 'whatsapp_session_service.py', 'route.ts', 'route.ts'],
    );
  });
});

describe('after the migrations', () => {
  beforeAll(async () => {
    await apply(await makeContext(db));
  });

  test('each upsert of the code that goes with them finds its index', async () => {
    const { upserts, verdict } = await checkApplications('after');
    expect(verdict).toBe('ok');
    expect(upserts.map(({ file, line, arbiter }) => `${file.split('/').at(-1)}:${line} ${arbiter}`)).toEqual([
      'waba.go:16 waba_accounts_user_waba_unique',
      'waba.go:32 waba_accounts_user_waba_unique',
      'save_message.go:16 idx_chat_messages_wa_message_id_unique',
      'instagram-conversation-helper.ts:24 conversations_instagramConnectionId_psid_active_key',
      'telegram-conversation-helper.ts:24 conversations_telegramConnectionId_psid_active_key',
      'whatsapp_session_service.py:25 uq_wa_conv_canonical_key',
      'route.ts:10 idx_meta_assets_cache_ws_phone_unique',
      'route.ts:13 idx_meta_assets_cache_ws_phone_unique',
    ]);
  });

  test('for the earlier code, the fix says what to write', async () => {
    const report = await checkApplications('before');
    const errors = report.upserts.filter(({ status }) => status === 'error');
    expect(errors.map(({ file, line, code }) => `${file.split('/').at(-1)}:${line} ${code}`)).toEqual([
      'waba.go:16 MSGDB_ARBITER_MISSING',
      'waba.go:33 MSGDB_ARBITER_MISSING',
      'save_message_first_fix.go:16 MSGDB_UPSERT_PREDICATE_MISSING',
      'telegram-conversation-helper.ts:11 MSGDB_UPSERT_PREDICATE_MISSING',
      'route.ts:11 MSGDB_UPSERT_NEVER_CONFLICTS',
      'route.ts:14 MSGDB_UPSERT_NEVER_CONFLICTS',
    ]);
    expect(fixOf(report, 'waba.go')).toMatch(/^Write ON CONFLICT \(user_id, waba_id\), or/);
    expect(fixOf(report, 'first_fix.go')).toMatch(
      /^Write ON CONFLICT \(wa_message_id\) WHERE \(wa_message_id IS NOT NULL\) AND/,
    );
  });
});
