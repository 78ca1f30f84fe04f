import { beforeEach, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { relink } from '../../../src/model/operations/relink.ts';
import { sql as sqlOperation } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeProjectOf, makeRule, readImages, STRATEGIES } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

describe.each(STRATEGIES)('a counter that a trigger keeps on the surviving row (%s)', (strategy) => {
  test('the row is found again where the trigger moved it, merged, and undone exactly', async () => {
    await db.sql.unsafe(`
      create table chat (id int primary key, k text, title text, messages int not null default 0);
      create table message (id int primary key, chat_id int not null references chat on delete cascade);
      insert into chat values (1, 'a', null, 1), (2, 'a', 'two', 2), (3, 'b', null, 0), (4, 'b', 'four', 1);
      insert into message values (1, 1), (2, 2), (3, 2), (4, 4);
      create function count_messages() returns trigger language plpgsql as $$ begin
        update chat set messages = (select count(*) from message where chat_id = new.chat_id) where id = new.chat_id;
        return null;
      end $$;
      create trigger counts after update on message for each row execute function count_messages()`);
    const before = await readImages(db.sql);
    const rule = { table: 'chat', key: ['k'], merge: { title: 'first-non-null' } } as const;
    const project = await makeRule(db, rule, { strategy });
    expectOk(await project.migrate());
    expect(await column(db.sql, 'select c::text from chat c order by id')).toEqual(['(1,a,two,3)', '(3,b,four,1)']);
    await db.sql`alter table message disable trigger counts`;
    await project.rollback();
    const after = await readImages(db.sql);
    expect(after['public.message']).toEqual(before['public.message']);
  });
});

/** A parent with the key 1 twice: the primary key's index does not know the row 'copy'. */
const DAMAGE = `
  analyze parent;
  update pg_index set indisready = false, indisvalid = false where indexrelid = 'parent_pkey'::regclass;
  insert into parent values (1, 1, 'copy');
  update pg_index set indisready = true, indisvalid = true where indexrelid = 'parent_pkey'::regclass`;

test.each(['cascade', 'set null', 'restrict'])(
  'a damaged primary key and ON DELETE %s: children of the row that stays are not touched',
  async (action) => {
    await db.sql.unsafe(`
    create table parent (id int primary key, k int, note text);
    create table "Child" (id int primary key, "parentId" int constraint "ofParent" references parent on delete ${action});
    insert into parent values (1, 1, 'kept');
    insert into "Child" values (10, 1), (11, 1);
    ${DAMAGE}`);
    const before = await readImages(db.sql);
    const rule = uniqueKey({ table: 'parent', key: ['id'], limit: { share: 1 } });
    for (const dryRun of [true, false]) {
      const report = await dedupe(await makeContext(db), { rule, dryRun, yes: true, samples: 0 });
      expect(report.findings).toMatchObject([
        {
          code: 'MSGDB_REFUSED',
          message: expect.stringContaining(`ON DELETE ${action.toUpperCase()} would act on them`),
        },
      ]);
    }
    expect(await readImages(db.sql)).toEqual(before);
    const refused = await dedupe(await makeContext(db), { rule, dryRun: true, yes: true, samples: 0 });
    const [statement] = /alter table .*;/.exec(refused.findings[0]?.fix ?? '') ?? [];
    await db.sql.unsafe(statement ?? '');
    const report = await dedupe(await makeContext(db), { rule, dryRun: false, yes: true, samples: 0 });
    expect(report.targets.map(({ deleted }) => deleted)).toEqual([1]);
    expect(await column(db.sql, 'select "parentId"::text from "Child" order by id')).toEqual(['1', '1']);
    expect(await column(db.sql, 'select note from parent where id = 1')).toHaveLength(1);
  },
);

describe.each(STRATEGIES)('a damaged primary key with children (%s)', (strategy) => {
  test.each([
    ['copy', 'id'],
    ['kept', 'id'],
    ['copy', 'k'],
  ])('%s stays, and keeps the children (unique %s)', async (stays, key) => {
    await db.sql.unsafe(`
      create extension if not exists amcheck;
      create table parent (id int primary key, k int, note text);
      create table child (id int primary key, parent_id int not null references parent);
      insert into parent select i, i, 'x' from generate_series(2, 4000) i;
      insert into parent values (1, 1, 'kept');
      insert into child values (10, 1), (11, 1), (12, 2);
      ${DAMAGE}`);
    const keep = [{ column: 'note', ranking: [stays] }];
    const project = await makeRule(db, { table: 'parent', key: [key], keep }, { strategy });
    expectOk(await migrate(project.context, { dryRun: true, allowOutOfOrder: false }));
    expectOk(await project.migrate());
    expect(await column(db.sql, 'select note from parent where id = 1')).toEqual([stays]);
    expect(await column(db.sql, 'select parent_id::text from child order by id')).toEqual(['1', '1', '2']);
    await db.sql`select bt_index_check('parent_pkey', true)`;
    await db.sql`alter table child add constraint again foreign key (parent_id) references parent`;
  });
});

test('a damaged primary key stays as it is where copies of it stay', async () => {
  await db.sql.unsafe(`
    create table parent (id int primary key, k int, note text);
    insert into parent values (1, 1, 'kept'), (7, 7, 'x');
    ${DAMAGE.replace(`(1, 1, 'copy')`, `(1, 1, 'copy'), (7, 7, 'x')`)}`);
  const rule = uniqueKey({ table: 'parent', key: ['id'], agree: ['note'], limit: { share: 1 } });
  const look = await dedupe(await makeContext(db), { rule, dryRun: true, yes: true, samples: 0 });
  expect(look.plan[0]?.notes.join()).toMatch(/parent_pkey is damaged and is not rebuilt/);
  const report = await dedupe(await makeContext(db), { rule, dryRun: false, yes: true, samples: 0 });
  expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_GROUP_DISAGREES']);
  expect(report.targets.map(({ deleted }) => deleted)).toEqual([1]);
});

describe('rows that stay and that a damaged primary key cannot be rebuilt of', () => {
  const PARENT = `
    create table parent (id int primary key, k int, note text);
    create table child (id int primary key, parent_id int references parent);
    insert into parent values (1, 1, 'kept'), (7, 7, 'other');
    insert into child values (10, 1);`;

  test.each<readonly [name: string, rows: string, rule: object, message: RegExp]>([
    [
      'a third row of the key, no copy by the rule',
      `(1, 2, 'third')`,
      {},
      /^2 rows of parent .*=\(1, \(0,\d\); 1, \(0,\d\)\)\.$/,
    ],
    ['rows of another key, in no group', `(7, 8, 'else')`, {}, /^2 rows of parent .*=\(7, \(0,2\); 7, \(0,4\)\)\.$/],
    [
      'a group that is left alone',
      `(7, 7, 'else')`,
      { agree: ['note'] },
      /^2 rows of parent .*=\(7, \(0,2\); 7, \(0,4\)\)\.$/,
    ],
  ])('refuse the plan: %s', async (_, rows, options, message) => {
    const { sql } = db;
    await sql.unsafe(PARENT + DAMAGE.replace(`(1, 1, 'copy')`, `(1, 1, 'kept'), ${rows}`));
    const before = await readImages(sql);
    const rule = uniqueKey({ table: 'parent', key: ['k'], limit: { share: 1 }, ...options });
    for (const dryRun of [true, false]) {
      const { findings } = await dedupe(await makeContext(db), { rule, dryRun, yes: true, samples: 0 });
      expect(findings).toContainEqual(
        expect.objectContaining({ code: 'MSGDB_REFUSED', message: expect.stringMatching(message) }),
      );
    }
    expect(await readImages(sql)).toEqual(before);
    // What the message says mends it.
    const byKey = uniqueKey({ table: 'parent', key: ['id'], limit: { share: 1 } });
    const first = await dedupe(await makeContext(db), { rule: byKey, dryRun: false, yes: true, samples: 0 });
    expect(first.findings).toEqual([]);
    const project = await makeRule(db, { table: 'parent', key: ['k'] });
    expectOk(await project.migrate());
    expect(await column(sql, 'select parent_id::text from child')).toEqual(['1']);
  });
});

test('a copy that a partial unique index hides is counted, whatever the planner would rather read', async () => {
  await db.sql.unsafe(`
    create table big (id int, k int, live boolean);
    insert into big select n, n, n <= 100 from generate_series(1, 50000) n;
    create unique index lying on big (k) where live;
    update pg_index set indisready = false, indisvalid = false where indexrelid = 'lying'::regclass;
    insert into big values (0, 7, true);
    update pg_index set indisready = true, indisvalid = true where indexrelid = 'lying'::regclass`);
  await db.sql`vacuum analyze big`;
  const rule = uniqueKey({ table: 'big', key: ['k'], where: 'live' });
  const report = await findDuplicates(await makeContext(db), { rule, samples: 0 });
  expect(report.targets).toMatchObject([{ excessRows: 1, coveredRows: 101 }]);
});

test('undo leaves a created row that the application has begun to use', async () => {
  await db.sql.unsafe(`
    create table conv (id serial primary key, k text unique);
    create table msg (id int primary key, k text, conv_id int references conv on delete cascade);
    insert into msg values (1, 'x', null)`);
  const project = await makeProjectOf(db, [
    relink({ table: 'msg', column: 'conv_id', to: 'conv', match: { k: 'k' }, createMissing: {} }),
  ]);
  expectOk(await project.migrate());
  await db.sql`insert into msg select 2, 'x', id from conv`;
  const report = await project.rollback();
  expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_NOT_RESTORED']);
  expect(await column(db.sql, 'select id::text from msg order by id')).toEqual(['1', '2']);
  expect(await column(db.sql, 'select count(*)::text from conv')).toEqual(['1']);
});

test('SQL that was edited after it had run, in an attempt that failed, is not passed over', async () => {
  await db.sql`create table t (id int primary key, k text)`;
  const rule = uniqueKey({ table: 'missing', key: ['k'] });
  const first = await makeProjectOf(db, [sqlOperation({ up: 'alter table t add column a int' }), rule]);
  expect((await first.migrate()).verdict).toBe('failed');
  const edited = await makeProjectOf(db, [sqlOperation({ up: 'alter table t add column b int' }), rule]);
  const report = await edited.migrate();
  expect(report.findings[0]?.message).toContain('edited');
  expect(report.verdict).not.toBe('ok');
});

test('a run of a migration that is still applied is not restored from the archive behind its back', async () => {
  await db.sql.unsafe(`create table t (id int primary key, k text); insert into t values (1, 'a'), (2, 'a'), (3, 'b')`);
  const project = await makeRule(db, { table: 't', key: ['k'] });
  const { runId } = await project.migrate();
  const restoring = archiveRestore(project.context, { runId: runId ?? '', yes: true });
  await expect(restoring).rejects.toMatchObject({ code: 'MSGDB_REFUSED' });
});
