import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { exitCodeOf } from '../../../src/model/exit-code.ts';
import type { PlanStepReport } from '../../../src/model/plan-report.ts';
import { type ContextOverrides, makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import {
  apply,
  CONVERSATIONS,
  contents,
  count,
  definitions,
  empty,
  load,
  migrationsOf,
  run,
  stayInside,
  undo,
  untrue,
} from './incidents.ts';

const db = useDatabase();
const CONNECTIONS = ['pageConnectionId', 'instagramConnectionId', 'telegramConnectionId', 'widgetConfigId'];

beforeEach(async () => {
  await empty(db.sql);
  await load(db.sql, [CONVERSATIONS]);
});

describe('the old rules go only when the new ones are valid', () => {
  test.each(['locked', 'online'] as const)('in the plan, every drop comes after every build (%s)', async (strategy) => {
    const report = await migrate(await context({ settings: { strategy } }), { dryRun: true, allowOutOfOrder: false });
    const kinds = report.plan.flatMap(({ steps }) => steps.flatMap(flatten)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'build-index')).toHaveLength(8);
    expect(kinds.filter((kind) => kind.startsWith('drop-'))).toEqual([
      'drop-index',
      'drop-index',
      'drop-index',
      'drop-constraint',
    ]);
    expect(kinds.lastIndexOf('build-index')).toBeLessThan(kinds.findIndex((kind) => kind.startsWith('drop-')));
  });

  // A reader that stays in its transaction keeps no snapshot, so builds go on; whoever wants the table alone waits.
  test.each(['locked', 'online'] as const)('a drop that finds the table in use leaves both (%s)', async (strategy) => {
    const reader = await stayInside(db, 'select from conversations limit 1');
    const settings = { strategy, lockRetries: 0, lockTimeoutMs: 100, indexTimeoutMs: 3_000 };
    const report = await migrate(await context({ settings }), { dryRun: false, allowOutOfOrder: false });
    expect(exitCodeOf(report)).toBe(4);
    expect(report.findings).toMatchObject([{ code: 'MSGDB_LOCK_TIMEOUT', migration: CONVERSATIONS.migration }]);
    expect(await enforcing('active_key')).toEqual(CONNECTIONS);
    expect(await enforcing('key')).toEqual(CONNECTIONS);

    await reader.leave();
    const again = await migrate(await context(), { dryRun: false, allowOutOfOrder: false });
    expect(again.findings).toEqual([]);
    expect(await untrue(db.sql, [CONVERSATIONS])).toEqual([]);
  });

  // The last phase of DROP INDEX CONCURRENTLY: no session uses the index any more, and it is still there.
  test('a drop that was killed in its last phase is finished', async () => {
    await db.sql.unsafe(`
      update pg_index set indisvalid = false, indisready = false, indislive = false
      where indexrelid = '"conversations_pageConnectionId_psid_key"'::regclass`);
    await apply(await context());
    expect(await untrue(db.sql, [CONVERSATIONS])).toEqual([]);
  });

  // DROP INDEX CONCURRENTLY that is cancelled while it waits leaves the index invalid, and it continues rejecting rows.
  test('verify does not call an old rule gone that still rejects rows', async () => {
    await apply(await context());
    await db.sql.unsafe(`
      create unique index "conversations_pageConnectionId_psid_key" on conversations ("pageConnectionId", psid)`);
    await db.sql.unsafe(`
      update pg_index set indisvalid = false
      where indexrelid = '"conversations_pageConnectionId_psid_key"'::regclass`);
    const report = await verify(await context(), {});
    expect(report.findings).toMatchObject([{ code: 'MSGDB_INDEX_DIFFERS', table: 'conversations' }]);
  });

  test('a constraint waits for readers no longer than its retries, and stays', async () => {
    const migrationsDir = await migrationsOf([CONVERSATIONS]);
    const file = join(migrationsDir, '0003-conversations.ts');
    const source = await readFile(file, 'utf8');
    await writeFile(file, source.replace(/const connections = .*;/, "const connections = ['widgetConfigId'];"));
    const reader = await stayInside(db, 'select from conversations limit 1');
    const settings = { lockRetries: 1, lockTimeoutMs: 50 };
    const report = await migrate(await context({ migrationsDir, settings }), { dryRun: false, allowOutOfOrder: false });
    expect(report).toMatchObject({ exitCode: 4, findings: [{ code: 'MSGDB_LOCK_TIMEOUT' }] });
    expect(report.findings[0]?.message).toContain('could not be locked in 2 attempts');
    expect(await enforcing('active_key')).toEqual(['widgetConfigId']);
    expect(await enforcing('key')).toEqual(CONNECTIONS);

    await reader.leave();
    await apply(await context({ migrationsDir, settings }));
    expect(await enforcing('key')).toEqual(CONNECTIONS.slice(0, 3));
  });

  test('undo puts all old rules back although a first attempt stopped at a drop', async () => {
    const [rows, defined] = [await contents(db.sql, [CONVERSATIONS]), await definitions(db.sql)];
    const reader = await stayInside(db, 'select from conversations limit 1');
    const settings = { lockRetries: 0, lockTimeoutMs: 100, indexTimeoutMs: 3_000 };
    await migrate(await context({ settings }), { dryRun: false, allowOutOfOrder: false });
    await reader.leave();
    await undo(await context());
    expect(await contents(db.sql, [CONVERSATIONS])).toEqual(rows);
    expect(await definitions(db.sql)).toEqual(defined);
  });

  test.each(['Drop index', 'Drop constraint'])(
    'a run that is interrupted before "%s" is finished by the next',
    async (title) => {
      const abort = new AbortController();
      const emit: ContextOverrides['emit'] = (event) => {
        if (event.kind === 'step-started' && event.title.startsWith(title)) abort.abort();
      };
      const interrupted = migrate(await context({ emit, signal: abort.signal }), {
        dryRun: false,
        allowOutOfOrder: false,
      });
      await interrupted.catch(() => undefined);
      expect(await enforcing('active_key')).toEqual(CONNECTIONS);
      await apply(await context());
      expect(await untrue(db.sql, [CONVERSATIONS])).toEqual([]);
    },
  );
});

test('a closed conversation and an open one go together, two open ones do not', async () => {
  await apply(await context());
  const insert = (id: string, status: string) => db.sql`
    insert into conversations (id, "telegramConnectionId", psid, status, "updatedAt")
    values (${id}, 'cmhtele0000000000000001', 'new customer', ${status}::"ConversationStatus", now())`;
  await insert('new-1', 'CLOSED');
  await insert('new-2', 'CLOSED');
  await insert('new-3', 'OPEN');
  await expect(insert('new-4', 'OPEN')).rejects.toMatchObject({ code: '23505' });
  await expect(insert('new-4', 'SNOOZED')).rejects.toMatchObject({ code: '23505' });
  await db.sql`update conversations set status = 'CLOSED' where id = 'new-3'`;
  await insert('new-4', 'SNOOZED');
  expect(await count(db.sql, `conversations where psid = 'new customer'`)).toBe(4);
});

test('verify proves that the lookups are planned with the new indexes', async () => {
  await apply(await context());
  const { checks } = await verify(await context(), {});
  const planned = checks.filter(({ id }) => id.includes('/plan-'));
  expect(planned.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
});

describe('undo after the application has used the new freedom', () => {
  test.each([
    { strategy: 'locked', batchSize: 1_000 },
    { strategy: 'online', batchSize: 31 },
  ] as const)('chooses one conversation a customer and keeps every message ($strategy)', async (settings) => {
    const defined = await definitions(db.sql);
    await apply(await context({ settings }));
    await run(db.sql, CONVERSATIONS, 'since');
    await undo(await context({ settings }));
    expect(await untrue(db.sql, [CONVERSATIONS], 'expected-undone')).toEqual([]);
    expect(await definitions(db.sql)).toEqual(defined);
  });

  test('and what it removed is in the archive', async () => {
    await apply(await context());
    await run(db.sql, CONVERSATIONS, 'since');
    await undo(await context());
    const [row] = await db.sql`
      select sum(row_count)::int as rows from msgdb.ledger
      where kind = 'removed' and object -> 'table' ->> 'name' = 'conversations'`;
    expect(row?.rows).toBe(800);
  });
});

async function context(overrides: ContextOverrides = {}) {
  return await makeContext(db, { migrationsDir: await migrationsOf([CONVERSATIONS]), ...overrides });
}

function flatten(step: PlanStepReport): readonly PlanStepReport[] {
  return step.kind === 'transaction' ? step.steps.flatMap(flatten) : [step];
}

/** Connections whose index of that ending keeps copies out, valid or on its way out. */
async function enforcing(ending: 'key' | 'active_key'): Promise<readonly string[]> {
  const rows = await db.sql`
    select c.relname::text as name from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = 'conversations'::regclass and i.indisunique and i.indisready
      and (i.indisvalid or ${ending} = 'key')`;
  const names = rows.map((row) => row.name);
  return CONNECTIONS.filter((connection) => names.includes(`conversations_${connection}_psid_${ending}`));
}
