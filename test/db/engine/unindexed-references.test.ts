import { beforeEach, describe, expect, test } from 'vitest';
import { readTable } from '../../../src/catalog/read-table.ts';
import type { Context } from '../../../src/commands/context/context.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { indexReference } from '../../../src/engine/index-build/build-index.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { IndexBuild } from '../../../src/model/plan.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { until, waiting } from '../online/climb.ts';
import { asRun } from '../online/run.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectNoDebris,
  expectOk,
  expectSecondRunDoesNothing,
  makeProjectOf,
  makeRule,
  readImages,
} from './project.ts';

const db = useDatabase();
const RULE = { table: 'parent', key: ['k'] };
const CHILD_INDEXES = `select indexrelid::regclass::text as name from pg_index where indrelid = 'child'::regclass and not indisprimary order by 1`;
const TEMPORARY = expect.stringMatching(
  /^Build index msgdb_reference_[0-9a-f]{10} on child \(parent_id\) concurrently, for the time of the run$/,
);

beforeEach(async () => {
  await cleanDatabase(db.sql);
  // To look for children of 1,000 rows, PostgreSQL reads all of child 1,000 times.
  await db.sql.unsafe(`
    create table parent (id int primary key, k int);
    insert into parent select n, n % 1000 from generate_series(1, 2000) n;
    create table child (id int primary key, parent_id int references parent, note text);
    insert into child select n, case when n <= 1000 then n % 2000 + 1 end, 'note' from generate_series(1, 24000) n;
    analyze`);
});

async function planned(settings: Partial<Context['settings']> = {}) {
  const { context } = await makeRule(db, RULE, settings);
  const { plan, findings } = await migrate(context, { dryRun: true, allowOutOfOrder: false });
  const steps = plan.flatMap((each) => each.steps);
  return {
    kinds: steps.map(({ kind }) => kind),
    titles: steps.map(({ title }) => title),
    strategy: steps.flatMap((step) => [step.title, ...(step.details ?? [])]).filter((line) => /strategy/.test(line)),
    notes: plan.flatMap((each) => each.notes),
    refused: findings.map(({ message, fix }) => [message, fix]),
  };
}

describe('a small table whose large child has no index on the foreign key', () => {
  test('has the index for the time of the run, so that the lock is short', async () => {
    const { kinds, titles, strategy, notes } = await planned();
    expect(kinds).toEqual(['index-references', 'transaction', 'drop-index']);
    expect(titles[0]).toEqual(TEMPORARY);
    expect(strategy).toEqual([
      expect.stringMatching(
        /^strategy locked: the table is small \(.* MB\): writers wait for (about 0\.\d|less than 0\.1) s/,
      ),
    ]);
    expect(notes).toEqual([]);
  });

  test('without it is worked on while writers go on, with how long a lock would take and what makes it quick', async () => {
    const { kinds, strategy, notes } = await planned({ indexReferences: 'none' });
    expect(kinds).toEqual(['dedupe', 'build-index']);
    expect(strategy).toEqual([
      expect.stringMatching(
        /^strategy online: a lock would keep writers waiting for about \d\.\d s, mostly for reading all of child for each row that is removed, because no index begins with \(parent_id\): writers go on$/,
      ),
    ]);
    expect(notes).toEqual([
      expect.stringMatching(
        /about \d\.\d s in all\. This makes it quick: create index concurrently on "public"\."child" \("parent_id"\)$/,
      ),
    ]);
  });

  test('is locked where that was asked for, and the wait is named', async () => {
    const { kinds, strategy } = await planned({ indexReferences: 'none', strategy: 'locked' });
    expect(kinds).toEqual(['transaction']);
    expect(strategy).toEqual([
      expect.stringMatching(
        /^strategy locked: asked for with --strategy: writers wait for about \d\.\d s, .*reading all of child/,
      ),
    ]);
  });

  test.each([
    { index: 'create index on child (parent_id)', served: true },
    { index: 'create index on child (parent_id, note) where parent_id is not null', served: true },
    { index: 'create index on child using hash (parent_id)', served: true },
    { index: 'create index on child (note, parent_id)', served: false },
    { index: `create index on child (parent_id) where note = 'note'`, served: false },
    { index: 'create index on child using brin (parent_id)', served: false },
  ])('is served by an index that finds equal values: $index ($served)', async ({ index, served }) => {
    await db.sql.unsafe(index);
    expect((await planned()).kinds.includes('index-references')).toBe(!served);
  });

  test('of somebody else is refused where even one group takes longer than a moment', async () => {
    const { sql } = db;
    await sql.unsafe('update parent set k = 1 where id <= 980');
    const role = await db.createRole('owner_of_parent', {
      grants: [`create on database ${db.name}`, 'all on schema public', 'all on child'],
    });
    await sql.unsafe(`alter table parent owner to ${role.name}`);
    const { context } = await makeRule(role, RULE);
    const { plan, findings } = await migrate(context, { dryRun: true, allowOutOfOrder: false });
    expect(plan.flatMap((each) => each.steps)).toEqual([]);
    expect(findings).toMatchObject([
      {
        message: expect.stringMatching(
          /one group would keep writers of its rows waiting for about \d\.\d s: no index begins with child \(parent_id\)/,
        ),
        fix: expect.stringContaining('create index concurrently on "public"."child" ("parent_id")'),
      },
    ]);
    await sql.unsafe(`reassign owned by ${role.name} to postgres; drop owned by ${role.name}`);
  });
});

describe('the size of a table, for the estimate', () => {
  async function read(name: string) {
    return await asRun(db, {}, async ({ session }) => readTable(session, { schema: 'public', name }));
  }

  test('is that of its long values too, and its rows are as many as it has pages for', async () => {
    const { sql } = db;
    await sql.unsafe(`
      create table wide (id int primary key, body text) partition by range (id);
      create table wide_1 partition of wide for values from (0) to (100) with (autovacuum_enabled = off);
      alter table wide alter body set storage external;
      alter table wide_1 alter body set storage external;
      insert into wide select n, repeat('x', 20000) from generate_series(1, 10) n;
      analyze wide_1;
      insert into wide select n, repeat('x', 20000) from generate_series(11, 30) n;
      create table narrow (id int) with (autovacuum_enabled = off);
      insert into narrow select generate_series(1, 1000);
      analyze narrow;
      insert into narrow select generate_series(1, 9000)`);
    for (const name of ['wide', 'wide_1']) {
      const { bytes, toastBytes } = await read(name);
      expect(bytes).toBe(8192);
      expect(toastBytes).toBeGreaterThan(30 * 20_000);
      expect(toastBytes).toBeLessThan(30 * 30_000);
    }
    const { estimatedRows } = await read('narrow');
    expect(estimatedRows).toBeGreaterThan(8000);
    expect(estimatedRows).toBeLessThan(11_000);
    expect((await read('child')).toastBytes).toBe(0);
  });
});

describe('a lock that lasts longer than was estimated', () => {
  /** For as long as its own transaction keeps writers out, a DELETE takes longer than any lock may. */
  const SLOW = `
    create index on child (parent_id);
    create function linger() returns trigger language plpgsql as $$ begin
      if exists (select from pg_locks where mode = 'ShareRowExclusiveLock' and pid = pg_backend_pid()
                  and relation = 'parent'::regclass) then perform pg_sleep(600); end if;
      return null; end $$;
    create trigger linger after delete on parent for each statement execute function linger()`;

  test('is given up, and all is done online', async () => {
    const { sql } = db;
    await sql.unsafe(SLOW);
    const before = await readImages(sql);
    const { titles, strategy } = await planned();
    expect(titles).toEqual(['Lock parent against writers, in one transaction']);
    expect(strategy).toEqual([expect.stringMatching(/writers wait for (about 0\.\d|less than 0\.1) s/)]);
    const told: string[] = [];
    const emit = (event: RunEvent): void => {
      if (event.kind === 'note') told.push(event.message);
    };
    const project = await makeRule(db, RULE);
    const done = await migrate({ ...project.context, emit }, { dryRun: false, allowOutOfOrder: false });
    expectOk(done);
    expect(told).toContain(
      'Lock parent against writers, in one transaction: not done within 3 s, and undone. It is done online instead, while writers go on',
    );
    expect(done.applied[0]?.steps.map(({ title }) => title)).toEqual([
      'Remove 1,000 excess rows in 1,000 groups from parent',
      'Build unique index parent_k_key concurrently',
    ]);
    await expectNoDebris(sql);
    await expectSecondRunDoesNothing(sql, project);
    await expectExactUndo(sql, project, before);
  });

  test('is waited for where it was asked for', async () => {
    await db.sql.unsafe(SLOW);
    const details = async (strategy: 'auto' | 'locked') => {
      const { context } = await makeRule(db, RULE, { strategy });
      const { plan } = await migrate(context, { dryRun: true, allowOutOfOrder: false });
      return plan.flatMap(({ steps }) => steps.flatMap((step) => step.details ?? []));
    };
    expect(await details('auto')).toContain('if it takes longer than 3 s, it is undone and done online');
    expect((await details('locked')).filter((line) => /undone/.test(line))).toEqual([]);
  });
});

test.each(['locked', 'online'] as const)(
  'tables without an index are read a few times a batch, and not once a row (%s)',
  async (strategy) => {
    const { sql } = db;
    // Children that collide, with children of their own; values of another type; arrays; and by a foreign key, `child`.
    await sql.unsafe(`
      create table label (id int primary key, parent_id int, name text, unique (name, parent_id));
      insert into label select n, n, 'name ' || n % 1000 % 7 from generate_series(1, 2000) n;
      create table use (id int primary key, label_id int references label);
      create index on use (label_id);
      insert into use select n, n from generate_series(1, 2000) n;
      create table textual (id int primary key, parent_id text);
      insert into textual select n, n from generate_series(1, 2000) n;
      create table bag (id int primary key, parent_ids int[]);
      insert into bag select n, array[n, n % 50 + 1] from generate_series(1, 2000) n;
      create table event (id int primary key, kind text, of_id int);
      insert into event select n, 'parent', n from generate_series(1, 2000) n;
      analyze`);
    const batches: number[] = [];
    const emit = (event: RunEvent): void => {
      if (event.kind === 'progress') batches.push(event.done);
    };
    const references = [
      { table: 'label', column: 'parent_id', onCollision: 'merge' },
      { table: 'textual', column: 'parent_id' },
      { table: 'bag', column: 'parent_ids', kind: 'array' },
      { table: 'event', column: 'of_id', kind: 'polymorphic', type: { column: 'kind', value: 'parent' } },
    ] as const;
    const project = await makeRule(db, { ...RULE, references }, { strategy, batchSize: 1000 });
    const scans = `select relname || ' ' || seq_scan from pg_stat_user_tables
      where relname in ('child', 'label', 'use', 'textual', 'bag', 'event') order by 1`;
    const read = async () => (await column(sql, scans)).map((line) => Number(line?.split(' ')[1]));
    const before = await read();
    expectOk(await migrate({ ...project.context, emit }, { dryRun: false, allowOutOfOrder: false }));
    const after = await read();
    expect(after.length).toBe(6);
    expect(batches.length).toBeLessThanOrEqual(2);
    for (const [place, count] of after.entries()) expect(count - (before[place] ?? 0)).toBeLessThan(60);
  },
);

describe('the index for the time of a run', () => {
  test('is made, used and dropped; undo has nothing to do with it', async () => {
    const before = await readImages(db.sql);
    const titles: string[] = [];
    const project = await makeRule(db, RULE);
    const emit = (event: RunEvent): void => {
      if (event.kind === 'step-done') titles.push(event.title);
    };
    expectOk(await migrate({ ...project.context, emit }, { dryRun: false, allowOutOfOrder: false }));
    expect(titles[0]).toEqual(TEMPORARY);
    expect(await column(db.sql, CHILD_INDEXES)).toEqual([]);
    await expectNoDebris(db.sql);
    await expectSecondRunDoesNothing(db.sql, project);
    await expectExactUndo(db.sql, project, before);
  });

  test.each(['while rows go', 'while it is built'])(
    'of a run whose sessions are ended %s is dropped at its end',
    async (when) => {
      const { sql } = db;
      const place = when === 'while rows go' ? 1 : 0;
      const blocker = db.open({ max: 1 });
      // The build waits for it, or rows of parent do.
      await blocker.unsafe(
        `begin; ${place === 0 ? 'update child set note = note where id = 1' : 'select from parent for update'}`,
      );
      const project = await makeRule(db, RULE);
      const running = project.migrate().catch((error: unknown) => error);
      const there = `select count(*) from pg_class where relname like 'msgdb_reference_%'`;
      await until(async () => (await column(sql, waiting())).length > 0 && (await column(sql, there))[0] === '1');
      await sql.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'msgdb%'`);
      await blocker.unsafe('rollback');
      await running;
      // The run drops it itself, over a new session.
      expect(await column(sql, there)).toEqual(['0']);
      expectOk(await project.migrate());
      await expectNoDebris(sql);
      expect(await column(sql, 'select count(*) from parent')).toEqual(['1000']);
    },
  );

  test('of a partitioned child is one on each partition', async () => {
    const { sql } = db;
    await sql.unsafe(`
      drop table child;
      create table child (id int, parent_id int references parent, note text, primary key (id)) partition by hash (id);
      create table child_0 partition of child for values with (modulus 2, remainder 0);
      create table child_1 partition of child for values with (modulus 2, remainder 1);
      create index mine on child_0 (parent_id);
      insert into child select n, case when n <= 1000 then n % 2000 + 1 end, 'note' from generate_series(1, 24000) n;
      analyze`);
    const before = await readImages(sql);
    const project = await makeRule(db, RULE);
    expect((await planned()).kinds).toContain('index-references');
    expectOk(await project.migrate());
    await expectNoDebris(sql);
    expect(await column(sql, `select to_regclass('mine')::text`)).toEqual(['mine']);
    await expectExactUndo(sql, project, before);
  });
});

describe('--index-references keep', () => {
  test('leaves the index, and a rollback takes it along', async () => {
    const before = await readImages(db.sql);
    const project = await makeRule(db, RULE, { indexReferences: 'keep' });
    expectOk(await project.migrate());
    expect(await column(db.sql, CHILD_INDEXES)).toEqual(['child_parent_id_idx']);
    await expectSecondRunDoesNothing(db.sql, project);
    await expectExactUndo(db.sql, project, before);
    expect(await column(db.sql, CHILD_INDEXES)).toEqual([]);
  });

  test('gives it a name that no other relation has, nor another index that the same run makes', async () => {
    const { sql } = db;
    const long = 'the_column_by_which_a_row_names_its_parent_with_a_long_name';
    await sql.unsafe(`
      create view child_parent_id_idx as select 1 as one;
      create sequence child_parent_id_idx1;
      alter table child add ${long}_1 int references parent;
      alter table child add ${long}_2 int references parent;
      update child set ${long}_1 = parent_id, ${long}_2 = parent_id;
      analyze child`);
    const operations = [
      uniqueKey({ ...RULE, index: 'child_parent_id_idx2', limit: { share: 1 } }),
      index({ table: 'child', columns: ['note'], name: 'child_parent_id_idx3' }),
    ];
    const project = await makeProjectOf(db, operations, { settings: { indexReferences: 'keep' } });
    const before = await readImages(sql);
    const { plan } = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
    const stem = `child_${long}`.slice(0, 55);
    const names = ['child_parent_id_idx4', `${stem}_idx`, `${stem}_idx1`];
    const titles = plan.flatMap(({ steps }) => steps.map(({ title }) => title));
    for (const name of names) expect(titles).toContainEqual(expect.stringContaining(`index ${name} on child`));
    expectOk(await project.migrate());
    expect(await column(sql, CHILD_INDEXES)).toEqual([...names, 'child_parent_id_idx3'].toSorted());
    await expectSecondRunDoesNothing(sql, project);
    await expectExactUndo(sql, project, before);
  });

  test('leaves alone, in a rollback, what somebody has put under its name since', async () => {
    const project = await makeRule(db, RULE, { indexReferences: 'keep' });
    expectOk(await project.migrate());
    await db.sql.unsafe('drop index child_parent_id_idx; create index child_parent_id_idx on child (note, parent_id)');
    expectOk(await project.rollback());
    expect(await column(db.sql, CHILD_INDEXES)).toEqual(['child_parent_id_idx']);
  });

  test('serves dedupe too, under any name that is taken', async () => {
    await db.sql.unsafe('create index child_parent_id_idx on child (note)');
    const context = await makeContext(db, { settings: { indexReferences: 'keep' } });
    const rule = uniqueKey({ ...RULE, limit: { share: 1 } });
    const done = await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
    expect(done).toMatchObject({ findings: [], targets: [{ deleted: 1000 }] });
    expect(await column(db.sql, CHILD_INDEXES)).toEqual(['child_parent_id_idx', 'child_parent_id_idx1']);
  });

  test('leaves alone what the build of another index has left under that name', async () => {
    const { sql } = db;
    await sql.unsafe('create unique index concurrently child_parent_id_idx on child (note)').catch(() => undefined);
    expectOk(await (await makeRule(db, RULE, { indexReferences: 'keep' })).migrate());
    expect(await column(sql, CHILD_INDEXES)).toEqual(['child_parent_id_idx', 'child_parent_id_idx1']);
    const unique = `select indisunique::text from pg_index where indexrelid = 'child_parent_id_idx'::regclass`;
    expect(await column(sql, unique)).toEqual(['true']);
  });
});

test('an index that was made under the planned name meanwhile is taken only where it is the planned one', async () => {
  const name = 'child_parent_id_idx';
  const table = { schema: 'public', name: 'child' };
  const build: IndexBuild = {
    ...{ table, name, partitioned: false, unique: false, method: 'btree', nulls: 'distinct', predicate: undefined },
    columns: [{ column: 'parent_id' }],
  };
  await asRun(db, {}, async (run) => {
    const make = async () =>
      indexReference(run, { build, kept: true }, { runId: run.id, migration: null, operation: null }).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    for (const other of ['(note)', '(parent_id) where id > 5', 'using hash (parent_id)', '(parent_id, note)']) {
      await db.sql.unsafe(`create index ${name} on child ${other}`);
      expect(await make()).toMatch(/^An index child_parent_id_idx was made on child meanwhile/);
      await db.sql.unsafe(`drop index ${name}`);
    }
    await db.sql.unsafe(`create index ${name} on child (parent_id)`);
    expect(await make()).toBe('taken');
  });
});
