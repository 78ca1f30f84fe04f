import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { applyPlan } from '../../../src/commands/dedupe/apply-plan.ts';
import { type DedupeOptions, dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { dedupeScript } from '../../../src/commands/dedupe/dedupe-script.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { migrateScript } from '../../../src/commands/migrate/migrate-script.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { status } from '../../../src/commands/status/status.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { exitCodeOf } from '../../../src/model/exit-code.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { PlanReport } from '../../../src/model/plan-report.ts';
import type { DedupeReport, MigrateReport } from '../../../src/model/report.ts';
import { makeContext } from '../../support/context.ts';
import { type TestRole, useDatabase } from '../../support/database.ts';
import { connect } from '../../support/database-url.ts';
import { keptData, start } from '../../support/embedded-server.ts';
import { cleanDatabase, expectNoDebris, expectOk, makeProjectOf, readImages } from './project.ts';

const db = useDatabase();
/** Copies, children of them that collide in turn, a child that no index serves, names that have to be quoted. */
const SHOP = `
  create table "Acct" (id int primary key, email text);
  create table membership (id int primary key, acct int not null references "Acct", team int, unique (acct, team));
  create table visit (id int primary key, acct int references "Acct", at text);
  insert into "Acct" select n, 'mail-' || n % 40 from generate_series(1, 100) n;
  insert into membership select n, n, n % 3 from generate_series(1, 100) n;
  insert into visit select n, n % 100 + 1, repeat('x', 40) from generate_series(1, 300) n;
  analyze`;
const RULE = uniqueKey({ table: 'Acct', key: ['email'], limit: { share: 1 } });
const DRY = { dryRun: true, yes: true, samples: 2 } as const;

function noteText(plan: readonly PlanReport[]): string {
  return plan.flatMap(({ notes }) => notes).join('\n');
}

/** The statements that the notes name. */
function grantsIn(plan: readonly PlanReport[]): readonly string[] {
  return noteText(plan).match(/\b(?:grant [^;]+ to|create schema) [^;]+;/g) ?? [];
}

/** What is lacking for doing it is besides. */
function shownBy({ plan, findings, summary }: MigrateReport | DedupeReport) {
  const others = findings.filter(({ code }) => code !== 'MSGDB_PERMISSION_DENIED');
  return { steps: plan.map(({ steps }) => steps), findings: others, summary };
}

describe('a role that may only SELECT', () => {
  let reader: TestRole;
  let number = 0;
  beforeEach(async () => {
    await cleanDatabase(db.sql);
    await db.sql.unsafe(SHOP);
    number += 1;
    // Of a superuser's tables no membership is proposed.
    const keeper = await db.createRole(`keeper${number}`, { login: false, grants: ['usage, create on schema public'] });
    for (const table of ['"Acct"', 'membership', 'visit']) {
      await db.sql.unsafe(`alter table ${table} owner to ${keeper.name}`);
    }
    reader = await db.createRole(`reader${number}`, {
      grants: ['usage on schema public', 'select on all tables in schema public'],
    });
  });

  test.each(['temporary', 'keep'] as const)(
    'sees the plan of an owner, with what it lacks: indexes for references %s',
    async (indexReferences) => {
      const settings = { indexReferences, strategy: 'online' as const };
      const mine = await makeProjectOf(reader, [RULE], { settings });
      const owners = { ...mine.context, database: (await makeContext(db)).database };
      const [seen, theirs] = [await migrate(mine.context, LOOK), await migrate(owners, LOOK)];
      expect(shownBy(seen)).toEqual(shownBy(theirs));
      // What a run would be refused for is found, each once, and the plan is there all the same.
      expect(exitCodeOf(seen)).toBe(1);
      expect(seen.findings.map(({ message, fix }) => noteText(seen.plan).includes(`${message} ${fix}`))).toEqual(
        seen.findings.map(() => true),
      );
      expect(new Set(seen.findings.map(({ message }) => message)).size).toBe(seen.findings.length);
      expect(exitCodeOf(theirs)).toBe(0);
      expect(seen.plan.flatMap(({ steps }) => steps).some(({ kind }) => kind === 'index-references')).toBe(
        indexReferences === 'keep',
      );
      expect(grantsIn(theirs.plan)).toEqual([]);

      const before = await readImages(db.sql);
      const refused = await mine.migrate();
      expect(exitCodeOf(refused)).toBe(3);
      expect(refused.findings[0]?.message).toContain('Changing rows of Acct needs UPDATE and DELETE');
      expect(await readImages(db.sql)).toEqual(before);

      // The statements of the notes are what a run needs.
      for (const grant of grantsIn(seen.plan)) await db.sql.unsafe(grant);
      expect(await migrate(mine.context, LOOK)).toMatchObject({ plan: [{ notes: theirs.plan[0]?.notes }] });
      expectOk(await mine.migrate());
      await expectNoDebris(db.sql);
    },
  );

  test('dedupe --dry-run, --plan-out and --sql as well; --yes is refused before it asks', async () => {
    const context = await makeContext(reader);
    const owner = await makeContext(db);
    const options: DedupeOptions = { rule: RULE, ...DRY };
    const [seen, theirs] = [await dedupe(context, options), await dedupe(owner, options)];
    expect(shownBy(seen)).toEqual(shownBy(theirs));
    expect(seen.targets).toEqual(theirs.targets);
    expect(noteText(seen.plan)).toContain(`grant update, delete on "public"."membership" to "${reader.name}";`);
    expect(noteText(seen.plan)).toContain(`grant update on "public"."visit" to "${reader.name}";`);

    const folder = await mkdtemp(join(tmpdir(), 'msgdb-readers-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'plan.jsonl');
    expect(await dedupe(context, { ...options, planOut: file })).toMatchObject({ verdict: 'findings', planFile: file });
    const planned = await applyPlan(context, { file, dryRun: true, yes: true });
    expect(planned.findings.map(({ code }) => code)).toContain('MSGDB_PERMISSION_DENIED');
    expect(exitCodeOf(planned)).toBe(1);
    expect(noteText(planned.plan)).toContain('grant update, delete on "public"."Acct"');
    expect(exitCodeOf(await applyPlan(context, { file, dryRun: false, yes: true }))).toBe(3);
    expect(await dedupeScript(context, { rule: RULE })).toMatch(/^-- note: Changing rows of Acct needs UPDATE/m);

    const asked = { ...context, confirm: async () => Promise.reject(new Error('it asked')) };
    expect(exitCodeOf(await dedupe(asked, { ...options, dryRun: false, yes: false }))).toBe(3);
    expect(exitCodeOf(await dedupe(context, { ...options, dryRun: false }))).toBe(3);
  });

  test('of what it may not read there is no plan: refused, with the GRANT', async () => {
    await db.sql.unsafe(`revoke select on membership from ${reader.name}`);
    const seen = await dedupe(await makeContext(reader), { rule: RULE, ...DRY });
    expect(exitCodeOf(seen)).toBe(1);
    expect(seen.targets[0]).toMatchObject({ groups: 40, excessRows: 60 });
    expect(seen.findings[0]).toMatchObject({
      code: 'MSGDB_PERMISSION_DENIED',
      fix: `grant select on "public"."membership" to "${reader.name}";`,
    });
    await db.sql.unsafe(`revoke select on "Acct" from ${reader.name}`);
    // The rest of the plan is there.
    const other = uniqueKey({ table: 'visit', key: ['id'], limit: { share: 1 } });
    const project = await makeProjectOf(reader, [RULE, other]);
    const planned = await migrate(project.context, LOOK);
    expect(exitCodeOf(planned)).toBe(1);
    expect(planned.findings[0]?.fix).toContain(`grant select on "public"."Acct" to "${reader.name}";`);
    expect(planned.plan.map(({ title, steps }) => [title, steps.length])).toEqual([
      [expect.stringContaining('Acct'), 0],
      ['unique visit (id)', 1],
    ]);
  });

  test('after the run it sees that nothing is left to do, and the undo; both without owning anything', async () => {
    const owners = await makeProjectOf(db, [RULE]);
    expectOk(await owners.migrate());
    await db.sql.unsafe(
      `grant usage on schema msgdb to ${reader.name}; grant select on all tables in schema msgdb to ${reader.name}`,
    );
    const context = { ...owners.context, database: (await makeContext(reader)).database };
    expect(await status(context, { exitCode: true })).toMatchObject({ verdict: 'ok' });
    expect(await verify(context, {})).toMatchObject({ verdict: 'ok' });
    expect(await migrate(context, LOOK)).toMatchObject({ verdict: 'ok', pending: [] });
    const undo = await rollback(context, { dryRun: true });
    expect(exitCodeOf(undo)).toBe(1);
    expect(noteText(undo.plan)).toContain('Building an index on Acct needs its owner');
    expect(noteText(undo.plan)).toContain('needs INSERT');
    expect(exitCodeOf(await rollback(context, { dryRun: false }))).toBe(3);
    // An index that is there is taken note of: no owner is needed for that.
    const again = await makeProjectOf(reader, [RULE, RULE]);
    await db.sql.unsafe(`delete from msgdb.migrations`);
    const accepted = await migrate(again.context, LOOK);
    expect(accepted.plan[0]?.steps.map(({ kind }) => kind)).toEqual(['accept-index']);
    expect(noteText(accepted.plan)).not.toContain('needs its owner');
  });
});

const LOOK = { dryRun: true, allowOutOfOrder: false } as const;

test('a standby shows what the primary would, and refuses to do it', async () => {
  const directory = await keptData();
  const primary = await start({ directory });
  const sql = connect(primary.url);
  await sql.unsafe(SHOP);
  await sql.end();
  const project = await makeProjectOf(primary, [RULE]);
  const all = async (context: Context) => ({
    found: (await findDuplicates(context, { rule: RULE, samples: 2 })).targets,
    removed: shownBy(await dedupe(context, { rule: RULE, ...DRY })),
    plan: shownBy(await migrate(context, LOOK)),
    script: (await migrateScript(context, { allowOutOfOrder: false })).includes('create unique index'),
    checks: (await verify(context, {})).checks.map(({ id, status: is }) => [id, is]),
    states: (await status(context, { exitCode: false })).migrations,
  });
  const expected = await all(project.context);
  await primary.stop();
  await writeFile(join(primary.dataDirectory, 'standby.signal'), '');
  const standby = await start({ directory, settings: { restore_command: '/bin/false' } });
  const context = { ...project.context, database: (await makeContext(standby)).database };
  expect(await all(context)).toEqual(expected);
  const { plan } = await migrate(context, LOOK);
  expect(noteText(plan)).toContain('The server is a standby: nothing can be changed there. Connect to the primary.');
  await expect(migrate(context, { ...LOOK, dryRun: false })).rejects.toMatchObject({
    code: 'MSGDB_PERMISSION_DENIED',
    exitCode: 3,
  });
});
