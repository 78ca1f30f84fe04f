import { beforeEach, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { exitCodeOf } from '../../../src/model/exit-code.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { PlanReport } from '../../../src/model/plan-report.ts';
import { makeContext } from '../../support/context.ts';
import { type TestRole, useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeProjectOf, makeRule } from './project.ts';

const db = useDatabase();
const KEY = { table: 't', key: ['k'] } as const;
const DRY = { rule: uniqueKey(KEY), dryRun: true, yes: true, samples: 0 } as const;
const LOOK = { dryRun: true, allowOutOfOrder: false } as const;

let number = 0;

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`create table t (id int primary key, k text); insert into t values (1, 'a'), (2, 'a'), (3, 'b')`);
});

async function makeRole(name: string, ...grants: readonly string[]): Promise<TestRole> {
  number += 1;
  return await db.createRole(`${name}${number}`, { grants: ['usage on schema public', 'select on t', ...grants] });
}

/** Owns t, and may make the index and schema msgdb. */
async function makeOwner(name: string): Promise<TestRole> {
  const role = await makeRole(name, 'create on schema public', `create on database ${db.name}`);
  await db.sql.unsafe(`alter table t owner to ${role.name}`);
  return role;
}

function noteText(plan: readonly PlanReport[]): string {
  return plan.flatMap(({ notes }) => notes).join('\n');
}

describe('what is missing for a table of another owner', () => {
  test.each([
    ['superuser', ''],
    ['createrole', ''],
    ['bypassrls', ''],
    ['replication', ''],
    ['', 'pg_read_all_data'],
    ['', 'the superuser'],
  ])('membership is not proposed in an owner that is %s, member of %s', async (attributes, member) => {
    const reader = await makeRole('reader');
    number += 1;
    const owner = await db.createRole(`chief${number}`, { login: false, attributes });
    const [me] = await column(db.sql, 'select current_user');
    if (member) await db.sql.unsafe(`grant ${member === 'the superuser' ? me : member} to ${owner.name}`);
    await db.sql.unsafe(`alter table t owner to ${owner.name}`);
    const project = await makeRule(reader, KEY);
    const seen = await project.migrate();
    expect(exitCodeOf(seen)).toBe(3);
    const dry = await migrate(project.context, LOOK);
    const told = `${noteText(dry.plan)} ${seen.findings[0]?.fix} ${dry.next}`;
    expect(told).toContain(`Connect as ${owner.name}.`);
    expect(told).not.toContain(`grant "${owner.name}"`);
  });

  test('a plain owner may be granted, and doing so serves; the owner of the database is one', async () => {
    const owner = await makeOwner('plain');
    const reader = await makeRole('reader');
    await db.sql.unsafe(`alter database ${db.name} owner to ${owner.name}`);
    const project = await makeRule(reader, KEY);
    const seen = await migrate(project.context, LOOK);
    const grant = `grant "${owner.name}" to "${reader.name}";`;
    expect(noteText(seen.plan)).toContain(`Connect as ${owner.name}, or: ${grant}`);
    await db.sql.unsafe(grant);
    expectOk(await project.migrate());
    await db.sql.unsafe(`alter database ${db.name} owner to current_user`);
  });

  test('an owner without CREATE on the schema is shown that ahead; a refusal has all that is missing', async () => {
    const owner = await makeRole('landless');
    await db.sql.unsafe(`alter table t owner to ${owner.name}`);
    const project = await makeRule(owner, KEY);
    const { plan, next } = await migrate(project.context, LOOK);
    const grants = [
      `grant create on schema "public" to "${owner.name}";`,
      `grant create on database "${db.name}" to "${owner.name}";`,
    ];
    for (const grant of grants) {
      expect(noteText(plan)).toContain(grant);
      expect(next).toContain(grant);
    }
    const refused = await project.migrate();
    expect(exitCodeOf(refused)).toBe(3);
    const fixes = refused.findings.map(({ fix }) => fix).join('\n');
    for (const grant of grants) expect(fixes).toContain(grant);
    for (const grant of grants) await db.sql.unsafe(grant);
    expect((await migrate(project.context, LOOK)).next).toBe('msgdb migrate');
    expectOk(await project.migrate());
  });
});

describe('a schema msgdb that belongs to another', () => {
  test('is never proposed to be given away; next is what is missing, and a run reports all of it at once', async () => {
    const owners = await makeRule(db, KEY);
    expectOk(await owners.migrate());
    await db.sql.unsafe(`drop index ${await column(db.sql, `select indexrelid::regclass from pg_index where indrelid = 't'::regclass and not indisprimary`)};
      insert into t values (4, 'b')`);
    const reader = await makeRole('reader');
    await db.sql.unsafe(
      `grant usage on schema msgdb to ${reader.name}; grant select on all tables in schema msgdb to ${reader.name}`,
    );
    const [me] = await column(db.sql, 'select current_user');
    const context = await makeContext(reader);
    const seen = await dedupe(context, DRY);
    expect(exitCodeOf(seen)).toBe(1);
    const told = `${noteText(seen.plan)} ${seen.next}`;
    expect(told).toContain(`Connect as ${me}, the owner of schema msgdb.`);
    expect(told).not.toMatch(/owner to|--yes/);
    expect(seen.next).toContain(`grant update, delete on "public"."t" to "${reader.name}";`);

    const refused = await dedupe(context, { ...DRY, dryRun: false });
    expect(exitCodeOf(refused)).toBe(3);
    expect(refused.findings.map(({ fix }) => fix)).toEqual([
      `grant update, delete on "public"."t" to "${reader.name}";`,
      `Connect as ${me}, the owner of schema msgdb.`,
    ]);

    const undo = await rollback({ ...owners.context, database: context.database }, { dryRun: true });
    expect(undo.next).toContain(`grant insert on "public"."t" to "${reader.name}";`);
    const checks = (await doctor(context)).checks;
    expect(checks.find(({ id }) => id === 'doctor/role')).toMatchObject({ status: 'failed' });
  });

  test('the doctor says what mends it', async () => {
    const reader = await makeRole('reader');
    const fixes = async () => {
      const { findings } = await doctor(await makeContext(reader));
      return findings.map(({ fix }) => fix);
    };
    expect(await fixes()).toEqual([
      `As the owner of the database: grant create on database "${db.name}" to "${reader.name}";`,
    ]);
    expectOk(await (await makeRule(db, KEY)).migrate());
    const [me] = await column(db.sql, 'select current_user');
    expect(await fixes()).toEqual([`Connect as ${me}, the owner of schema msgdb.`]);
  });
});

describe('what undoing needs besides', () => {
  const touch = (event: string) => `
    create function touch() returns trigger language plpgsql as $$ begin new.k := new.k || '!'; return new; end $$;
    create trigger touch before ${event} on t for each row execute function touch()`;
  const remover = async (): Promise<TestRole> =>
    makeRole('remover', 'update, delete on t', `create on database ${db.name}`);

  test.each([
    ['INSERT on the table', '', []],
    ['its owner, for a trigger that fires on INSERT', touch('insert'), ['touch']],
    ['nothing for a trigger that fires after the row is written', touch('insert').replace('before', 'after'), []],
    ['nothing for a trigger that fires on UPDATE, where no row was updated', touch('update'), []],
  ] as const)('%s: said before rows go, and before they come back', async (_, schema, triggers) => {
    await db.sql.unsafe(schema);
    const role = await remover();
    const grant = `grant insert on "public"."t" to "${role.name}";`;
    const needsOwner = triggers.map((name) => expect.stringMatching(`needs its owner.*${name} could change the rows`));
    const questions: string[] = [];
    const context = await makeContext(role, {
      confirm: async (question) => {
        questions.push(question);
        return true;
      },
    });
    const dry = await dedupe(context, DRY);
    expect(dry.next).toBe('the same command with --yes instead of --dry-run');
    const undo = dry.plan.flatMap(({ notes }) => notes.filter((note) => note.startsWith('To undo this:')));
    expect(undo).toEqual([expect.stringContaining(grant), ...needsOwner]);

    const removed = await dedupe(context, { ...DRY, dryRun: false, yes: false });
    expect(removed.verdict).toBe('ok');
    expect(questions.join('')).toContain(`To undo this: Changing rows of t needs INSERT, which ${role.name} does not`);
    expect(removed.next).toContain(grant);

    const options = { runId: removed.runId ?? '', yes: true };
    const refused = await archiveRestore(context, options);
    expect(exitCodeOf(refused)).toBe(3);
    expect(refused.findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('needs INSERT'),
      ...needsOwner,
    ]);
    expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '3']);
    await db.sql.unsafe(grant);
    if (triggers.length > 0) await db.sql.unsafe(`alter table t owner to ${role.name}`);
    expect(await archiveRestore(context, options)).toMatchObject({ verdict: 'ok', restoredRows: 1 });
    expect(await column(db.sql, 'select k from t order by id')).toEqual(['a', 'a', 'b']);
    await db.sql.unsafe('drop function if exists touch cascade');
  });

  test('a merge needs the owner for a trigger on UPDATE; losers that are not kept need nothing', async () => {
    await db.sql.unsafe(touch('update'));
    const context = await makeContext(await remover());
    const notesOf = async (more: object) => {
      const { plan } = await dedupe(context, { ...DRY, rule: uniqueKey({ ...KEY, ...more }) });
      return noteText(plan);
    };
    expect(await notesOf({ losers: 'delete' })).not.toContain('To undo this');
    await db.sql.unsafe('alter table t add n int');
    const merging = await notesOf({ merge: { n: 'max' }, losers: 'delete' });
    expect(merging).toMatch(/To undo this: .*touch could change the rows/);
    expect(merging).not.toContain('needs INSERT');
    await db.sql.unsafe('drop function touch cascade');
  });

  test('rows that relink creates need DELETE and UPDATE to go again', async () => {
    await db.sql.unsafe("create table c (id int primary key, ph text, t_id int); insert into c values (1, 'zz', null)");
    const role = await makeRole('linker', 'insert on t', 'select, update on c', `create on database ${db.name}`);
    const project = await makeProjectOf(role, [
      relink({ table: 'c', column: 't_id', to: 't', match: { ph: 'k' }, createMissing: { id: 9 } }),
    ]);
    const grant = `grant update, delete on "public"."t" to "${role.name}";`;
    const seen = await migrate(project.context, LOOK);
    expect(noteText(seen.plan)).toContain(grant);
    expect(seen.next).toBe('msgdb migrate');
    expectOk(await project.migrate());
    const refused = await project.rollback();
    expect(exitCodeOf(refused)).toBe(3);
    expect(refused.findings.map(({ fix }) => fix)).toEqual([grant]);
    await db.sql.unsafe(grant);
    expectOk(await project.rollback());
    expect(await column(db.sql, 'select count(*) from t where id = 9')).toEqual(['0']);
  });
});

describe('a privilege that a trigger needs', () => {
  const audit = (does: string, more = '') => `
    create table aud (id int);
    create function note() returns trigger language plpgsql ${more} as $$ begin ${does}; return null; end $$;
    create trigger note after delete on t for each row execute function note()`;

  test.each([
    ['insert into aud values (old.id)', 'select', 'insert'],
    ['update aud set id = 0', 'select, insert', 'update'],
    ['delete from aud where id = old.id', 'insert', 'select, delete'],
  ])('%s, where the role has %s: %s is named alone, and serves', async (does, has, lacks) => {
    await db.sql.unsafe(audit(does));
    const role = await makeOwner('app');
    await db.sql.unsafe(`grant ${has} on aud to ${role.name}`);
    const project = await makeRule(role, KEY);
    const refused = await project.migrate();
    expect(exitCodeOf(refused)).toBe(3);
    const grant = `grant ${lacks} on "public"."aud" to "${role.name}";`;
    expect(refused.findings[0]?.fix).toContain(grant);
    await db.sql.unsafe(grant);
    expectOk(await project.migrate());
  });

  test('of a function with the rights of its owner, that one is who lacks it; of two tables the right one is named', async () => {
    const author = await makeRole('author');
    await db.sql.unsafe(audit('insert into aud values (old.id)', 'security definer set search_path = other'));
    await db.sql.unsafe(`create schema other; alter table aud set schema other; create table aud (id int);
      grant usage on schema other to ${author.name}; alter function note() owner to ${author.name}`);
    const role = await makeOwner('app');
    await db.sql.unsafe(`grant all on aud to ${author.name}`);
    const project = await makeRule(role, KEY);
    const grant = `grant insert on "other"."aud" to "${author.name}";`;
    expect((await project.migrate()).findings[0]?.fix).toContain(grant);
    await db.sql.unsafe(grant);
    expectOk(await project.migrate());
    await db.sql.unsafe('drop trigger note on t; drop function note(); drop schema other cascade');
  });
});

describe('FORCE ROW LEVEL SECURITY', () => {
  test('the fix for the owner is to lift it, not to be the owner; it works', async () => {
    const role = await makeOwner('app');
    await db.sql.unsafe(`alter table t enable row level security; alter table t force row level security`);
    const project = await makeRule(role, KEY);
    const lift = 'alter table "public"."t" no force row level security;';
    const back = 'afterwards: alter table "public"."t" force row level security;';
    const told = [
      (await project.migrate()).findings[0]?.fix,
      await dedupe(project.context, DRY).catch(({ fix }) => fix),
      await findDuplicates(project.context, { rule: DRY.rule, samples: 0 }).catch(({ fix }) => fix),
    ];
    for (const fix of told) {
      expect(fix).toContain(`${lift} ${back}`);
      expect(fix).not.toMatch(/connect as the owner/i);
    }
    await db.sql.unsafe(lift);
    expectOk(await project.migrate());
    await db.sql.unsafe(back.replace('afterwards: ', ''));
    expect((await verify(project.context, {})).findings[0]?.fix).toContain(lift);
  });

  test('without FORCE it is the owner who sees all; with it, the fix for another role names both', async () => {
    const owner = await makeOwner('app');
    const reader = await makeRole('reader');
    await db.sql.unsafe('alter table t enable row level security');
    const fixOf = async () => dedupe(await makeContext(reader), DRY).catch(({ fix }) => fix);
    expect(await fixOf()).toBe(`Connect as ${owner.name}, the owner of the table, or as a role with BYPASSRLS.`);
    await db.sql.unsafe('alter table t force row level security');
    expect(await fixOf()).toMatch(
      /^Connect as a role with BYPASSRLS; or connect as app.* no force row level security;/,
    );
  });
});
