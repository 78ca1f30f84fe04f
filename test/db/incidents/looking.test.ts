import { beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { migrateScript } from '../../../src/commands/migrate/migrate-script.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { status } from '../../../src/commands/status/status.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { exitCodeOf } from '../../../src/model/exit-code.ts';
import type { Report } from '../../../src/model/report.ts';
import { makeContext } from '../../support/context.ts';
import { type TestRole, useDatabase } from '../../support/database.ts';
import { ALL, apply, hasHouse, load, META, migrationsOf, physical, WABA } from './incidents.ts';

const db = useDatabase();

const LOOKS: readonly { readonly name: string; readonly look: (context: Context) => Promise<Report | string> }[] = [
  { name: 'verify', look: async (context) => verify(context, {}) },
  { name: 'find-duplicates', look: async (context) => findDuplicates(context, { samples: 3 }) },
  { name: 'status', look: async (context) => status(context, { exitCode: true }) },
  { name: 'migrate --dry-run', look: async (context) => migrate(context, { dryRun: true, allowOutOfOrder: false }) },
  { name: 'migrate --sql', look: async (context) => migrateScript(context, { allowOutOfOrder: false }) },
  { name: 'dedupe --dry-run', look: async (context) => dedupe(context, { dryRun: true, yes: true, samples: 3 }) },
  { name: 'rollback --dry-run', look: async (context) => rollback(context, { dryRun: true, step: 5 }) },
];

beforeAll(async () => {
  await load(db.sql, ALL);
});

describe('before the repair', () => {
  test.each(LOOKS)('$name changes nothing and makes no schema msgdb', async ({ look }) => {
    const before = await physical(db.sql);
    await look(await makeContext(db));
    expect(await physical(db.sql)).toEqual(before);
    expect(await hasHouse(db.sql)).toBe(false);
  });

  test('find-duplicates counts what each incident broke', async () => {
    const { targets, verdict } = await findDuplicates(await makeContext(db), { samples: 1 });
    const broken = targets.filter(({ excessRows }) => excessRows > 0);
    expect(verdict).toBe('findings');
    expect(broken.map(({ table, key, groups, excessRows }) => [table, key, groups, excessRows])).toEqual([
      ['waba_accounts', ['user_id', 'waba_id'], 75, 110],
      ['chat_messages', ['wa_message_id'], 400, 471],
      ['whatsapp_conversations', ['business_id', 'canonical_key'], 100, 153],
      ['meta_assets_cache', ['workspace_id', 'phone_number_id'], 100, 133],
    ]);
  });

  test('every pending migration is a finding of verify', async () => {
    const { checks } = await verify(await makeContext(db), {});
    const pending = checks.filter(({ code }) => code === 'MSGDB_MIGRATION_PENDING').map(({ migration }) => migration);
    expect(pending).toEqual(ALL.map(({ migration }) => migration));
  });
});

describe('as a role that may only SELECT, in transactions that are read only', () => {
  let reader: TestRole;
  let context: Context;
  beforeAll(async () => {
    reader = await db.createRole('reader', {
      attributes: 'bypassrls',
      grants: ['select on all tables in schema public'],
    });
    await db.sql.unsafe(`alter role ${reader.name} set default_transaction_read_only = on`);
    context = await makeContext(reader);
  });

  test('find-duplicates finds the same as the owner', async () => {
    const mine = await findDuplicates(context, { samples: 2 });
    const owners = await findDuplicates(await makeContext(db), { samples: 2 });
    expect(mine.targets).toEqual(owners.targets);
    expect(mine.findings).toEqual(owners.findings);
  });

  test('verify sees the same as the owner', async () => {
    const mine = await verify(context, {});
    const owners = await verify(await makeContext(db), {});
    const results = ({ checks }: typeof mine) => checks.map(({ id, status, code }) => ({ id, status, code }));
    expect(results(mine)).toEqual(results(owners));
    expect(mine.checks.filter(({ code }) => code === 'MSGDB_DUPLICATES_FOUND')).toHaveLength(4);
  });

  test('verify finishes its sentence where it may not see the name of the index', async () => {
    const { checks } = await verify(context, {});
    const details = checks.filter(({ id }) => id.endsWith('/arbiter')).map(({ detail }) => detail);
    expect(details.filter((detail) => detail.endsWith('resolves to '))).toEqual([]);
  });

  test('dedupe --dry-run shows the whole plan, with the GRANT to run among the findings', async () => {
    const report = await dedupe(context, { dryRun: true, yes: true, samples: 2 });
    const owners = await dedupe(await makeContext(db), { dryRun: true, yes: true, samples: 2 });
    expect(exitCodeOf(report)).toBe(1);
    const lacking = report.findings.filter(({ code }) => code === 'MSGDB_PERMISSION_DENIED');
    expect(report.findings.filter((each) => !lacking.includes(each))).toEqual(owners.findings);
    expect(report.targets).toEqual(owners.targets);
    expect(report.plan.map(({ steps }) => steps)).toEqual(owners.plan.map(({ steps }) => steps));
    expect(lacking).toContainEqual(
      expect.objectContaining({
        message: `Changing rows of waba_accounts needs UPDATE and DELETE, which ${reader.name} does not have.`,
        fix: `grant update, delete on "public"."waba_accounts" to "${reader.name}";`,
      }),
    );
  });

  test('migrate --dry-run shows the whole plan, and of each table that its owner is needed', async () => {
    const report = await migrate(context, { dryRun: true, allowOutOfOrder: false });
    const owners = await migrate(await makeContext(db), { dryRun: true, allowOutOfOrder: false });
    expect(exitCodeOf(report)).toBe(1);
    expect(report.pending).toEqual(ALL.map(({ migration }) => migration));
    expect(report.plan.map(({ steps }) => steps)).toEqual(owners.plan.map(({ steps }) => steps));
    const notes = report.findings.map(({ message, fix }) => `${message} ${fix}`).join('\n');
    expect(notes).toContain(`is set to be read-only for ${reader.name}.`);
    expect(notes).toContain(`grant create on database "${db.name}" to "${reader.name}";`);
    for (const table of ['waba_accounts', 'chat_messages', 'conversations', 'whatsapp_conversations', META.tables[1]]) {
      expect(notes).toMatch(new RegExp(`Building an index on ${table} needs its owner, \\w+\\. Connect as`));
    }
  });

  test('migrate changes nothing either: it is refused ahead', async () => {
    const before = await physical(db.sql);
    const run = migrate(context, { dryRun: false, allowOutOfOrder: false });
    await expect(run).rejects.toMatchObject({ code: 'MSGDB_PERMISSION_DENIED' });
    expect(await physical(db.sql)).toEqual(before);
  });
});

describe('as a role from which row-level security hides rows', () => {
  let context: Context;
  beforeAll(async () => {
    context = await makeContext(
      await db.createRole('half_blind', { grants: ['select on all tables in schema public'] }),
    );
  });

  test('no command calls the table clean', async () => {
    const report = await verify(context, {});
    expect(report.findings).toContainEqual(
      expect.objectContaining({ code: 'MSGDB_ROWS_HIDDEN', table: 'meta_assets_cache' }),
    );
    const plan = await migrate(context, { dryRun: true, allowOutOfOrder: false });
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ code: 'MSGDB_ROWS_HIDDEN', table: 'meta_assets_cache' }),
    );
    const only = { ...context, migrationsDir: await migrationsOf([META]) };
    const told = await findDuplicates(only, { samples: 0 }).then(
      ({ findings, summary }) => ({ codes: findings.map(({ code }) => code), summary }),
      (error) => ({ codes: [error.code], summary: error.message }),
    );
    expect(told.codes).toEqual(['MSGDB_ROWS_HIDDEN']);
    expect(told.summary).not.toContain('no duplicates');
  });

  test('find-duplicates still reports the tables that can be seen', async () => {
    const report = await findDuplicates(context, { samples: 0 });
    expect(report.targets.map(({ table }) => table)).toContain('chat_messages');
    expect(report.findings).toContainEqual(expect.objectContaining({ code: 'MSGDB_ROWS_HIDDEN' }));
  });
});

describe('after the repair', () => {
  beforeAll(async () => {
    await apply(await makeContext(db));
  });

  test.each(LOOKS)('$name changes nothing', async ({ look }) => {
    const before = await physical(db.sql);
    await look(await makeContext(db));
    expect(await physical(db.sql)).toEqual(before);
  });

  test('verify, find-duplicates and status are content', async () => {
    const context = await makeContext(db);
    const proof = await verify(context, {});
    expect(proof.findings).toEqual([]);
    expect(exitCodeOf(proof)).toBe(0);
    expect(proof.upserts.map(({ table, clause }) => `${table} ${clause}`)).toContain(
      'waba_accounts ON CONFLICT (user_id, waba_id)',
    );
    expect(exitCodeOf(await findDuplicates(context, { samples: 0 }))).toBe(0);
    expect(exitCodeOf(await status(context, { exitCode: true }))).toBe(0);
  });

  test('a role that may only SELECT sees that it may not read the history, and may once it is allowed to', async () => {
    const reader = await db.createRole('later_reader', {
      attributes: 'bypassrls',
      grants: ['select on all tables in schema public'],
    });
    const context = await makeContext(reader, { migrationsDir: await migrationsOf([WABA]) });
    await expect(verify(context, {})).rejects.toMatchObject({ code: 'MSGDB_PERMISSION_DENIED', exitCode: 3 });

    await db.sql.unsafe(`grant usage on schema msgdb to ${reader.name}`);
    await db.sql.unsafe(`grant select on msgdb.migrations, msgdb.runs to ${reader.name}`);
    const report = await verify(await makeContext(reader), {});
    expect(report.findings).toEqual([]);
  });
});
