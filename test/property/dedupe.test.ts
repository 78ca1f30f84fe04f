import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../src/commands/archive.ts';
import type { Context } from '../../src/commands/context.ts';
import { applyPlan } from '../../src/commands/dedupe/apply-plan.ts';
import { type DedupeOptions, dedupe } from '../../src/commands/dedupe.ts';
import { uniqueKey } from '../../src/model/operations/unique-key.ts';
import type { DedupeReport } from '../../src/model/report.ts';
import {
  cleanDatabase,
  expectExactUndo,
  expectOk,
  expectSecondRunDoesNothing,
  makeProjectOf,
  readImages,
} from '../db/engine/project.ts';
import { makeContext } from '../support/context.ts';
import { useDatabase } from '../support/database.ts';
import { fingerprint } from '../support/fingerprint.ts';
import { type Child, expectedAfter, type Row, type Rule } from './model.ts';

const db = useDatabase();
const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);

const small = (max: number) => fc.option(fc.integer({ min: 0, max }), { freq: 3 });
const rowsArbitrary = fc.array(fc.record({ a: small(2), b: small(1), v: small(3), w: small(9), live: fc.boolean() }), {
  maxLength: 14,
});
const childrenArbitrary = fc.array(
  fc.record({ parent: fc.option(fc.nat(13)), name: small(2), note: fc.option(fc.constantFrom('x', 'y'), { freq: 2 }) }),
  { maxLength: 14 },
);
const ruleArbitrary: fc.Arbitrary<Rule> = fc.record({
  key: fc.constantFrom(['a'], ['a', 'b'], ['b', 'a']),
  partial: fc.boolean(),
  nulls: fc.constantFrom('distinct', 'not distinct'),
  keep: fc.constantFrom(
    [],
    ['v'],
    ['v desc'],
    ['v desc', 'w'],
    ['v nulls first', 'w desc'],
    ['w desc nulls first'],
    ['most complete'],
    ['most complete', 'w desc'],
  ),
  merge: fc.constantFrom(undefined, 'sum', 'min', 'max', 'first-non-null'),
  onCollision: fc.constantFrom('keep-survivor', 'merge'),
});

/** How the rows are removed: at once, or as a plan file lists them. */
const BY = ['run', 'plan file'] as const;

interface Case {
  readonly by: (typeof BY)[number];
  readonly rows: readonly Omit<Row, 'id'>[];
  readonly children: readonly {
    readonly parent: number | null;
    readonly name: number | null;
    readonly note: string | null;
  }[];
  readonly rule: Rule;
  readonly strategy: 'locked' | 'online';
  readonly batchSize: number;
}

const caseArbitrary: fc.Arbitrary<Case> = fc.record({
  by: fc.constantFrom(...BY),
  rows: rowsArbitrary,
  children: childrenArbitrary,
  rule: ruleArbitrary,
  strategy: fc.constantFrom('locked', 'online'),
  batchSize: fc.integer({ min: 1, max: 3 }),
});

beforeAll(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(`
    create table t (id int primary key, a int, b int, v int, w int, live boolean not null);
    create table child (id int primary key, t_id int references t on delete cascade, name int, note text, unique (t_id, name))`);
});

/** Puts the rows in; of the children, those that fit. */
async function fill(each: Case): Promise<{ readonly rows: readonly Row[]; readonly children: readonly Child[] }> {
  const rows = each.rows.map((row, place) => ({ id: place + 1, ...row }));
  const candidates = each.children.map(({ parent, name, note }, place) => {
    const tId = parent === null || rows.length === 0 ? null : (parent % rows.length) + 1;
    return { id: place + 1, tId, name, note };
  });
  await db.sql`truncate t, child`;
  await db.sql`insert into t select * from jsonb_populate_recordset(null::t, ${JSON.stringify(rows)}::text::jsonb)`;
  await db.sql`
    insert into child select (x ->> 'id')::int, (x ->> 'tId')::int, (x ->> 'name')::int, x ->> 'note'
      from jsonb_array_elements(${JSON.stringify(candidates)}::text::jsonb) x on conflict do nothing`;
  const kept = new Set((await db.sql`select id from child`).map((row) => Number(row.id)));
  return { rows, children: candidates.filter((child) => kept.has(child.id)) };
}

async function readAll() {
  const rows = await db.sql`select id, a, b, v, w, live from t order by id`;
  const children = await db.sql`select id, t_id as "tId", name, note from child order by id`;
  return { rows: rows.map((row) => ({ ...row })), children: children.map((child) => ({ ...child })) };
}

function ruleOf({ key, partial, nulls, keep, merge, onCollision }: Rule) {
  return uniqueKey({
    table: 't',
    key,
    nulls,
    keep,
    limit: { share: 1 },
    references: [{ table: 'child', column: 't_id', onCollision }],
    ...(partial ? { where: 'live' } : {}),
    ...(merge ? { merge: { w: merge } } : {}),
  });
}

async function dedupeByFile(context: Context, options: DedupeOptions): Promise<DedupeReport> {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-property-'));
  try {
    const file = join(folder, 'dedupe.plan');
    await dedupe(context, { ...options, dryRun: true, planOut: file });
    return await applyPlan(context, { file, dryRun: false, yes: true });
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe(`against a model in memory (TEST_SEED=${SEED})`, () => {
  test('dedupe leaves what the model says, twice is once, and restore is exact', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async (each) => {
        const filled = await fill(each);
        const before = await readImages(db.sql);
        const context = await makeContext(db, { settings: { strategy: each.strategy, batchSize: each.batchSize } });
        const options = { rule: ruleOf(each.rule), dryRun: false, yes: true, samples: 2 };
        const report = each.by === 'run' ? await dedupe(context, options) : await dedupeByFile(context, options);
        expect(report.findings).toEqual([]);
        expect(await readAll()).toEqual(expectedAfter(filled, each.rule));
        if (report.runId === null) return;

        const after = await fingerprint(db.sql, { physical: true });
        expect((await dedupe(context, options)).targets[0]?.deleted).toBe(0);
        expect(await fingerprint(db.sql, { physical: true })).toEqual(after);
        expect(await archiveRestore(context, { runId: report.runId, yes: true })).toMatchObject({ findings: [] });
        expect(await readImages(db.sql)).toEqual(before);
      }),
      { numRuns: 200, seed: SEED, endOnFailure: false },
    );
  });

  test('migrate and rollback, with the index', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async (each) => {
        await db.sql`drop schema if exists msgdb cascade`;
        const filled = await fill(each);
        const before = await readImages(db.sql);
        const settings = { strategy: each.strategy, batchSize: each.batchSize };
        const project = await makeProjectOf(db, [ruleOf(each.rule)], { settings });
        expectOk(await project.migrate());
        expect(await readAll()).toEqual(expectedAfter(filled, each.rule));
        await expectSecondRunDoesNothing(db.sql, project);
        await expectExactUndo(db.sql, project, before);
      }),
      { numRuns: 15, seed: SEED, endOnFailure: false },
    );
  });
});
