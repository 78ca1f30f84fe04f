import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archiveRestore } from '../../src/commands/archive/archive-restore.ts';
import { dedupe } from '../../src/commands/dedupe/dedupe.ts';
import {
  cleanDatabase,
  expectExactUndo,
  expectNoDebris,
  expectOk,
  expectSecondRunDoesNothing,
  makeProjectOf,
  readImages,
} from '../db/engine/project.ts';
import { useDatabase } from '../support/database.ts';
import { fingerprint } from '../support/fingerprint.ts';
import { FULL, seedOfRun } from '../support/form.ts';
import { type Case, caseArbitrary } from './case.ts';
import { expectContent, expectedOf, expectUnchangedInPlace } from './compare.ts';
import { TYPES_SQL } from './key-types.ts';
import { buildSql, readAll, ruleOf } from './world.ts';

const db = useDatabase();
/** A failure names it; with it the same cases are drawn again. */
const SEED = seedOfRun();
/** So many cases share the commands: sessions, and looking at the history, cost more than a case. */
const TOGETHER = 25;
const CASES = Number(process.env.TEST_CASES ?? (FULL ? 1_000 : 75));

interface Batch {
  readonly cases: readonly Case[];
  readonly settings: {
    readonly strategy: 'locked' | 'online';
    readonly batchSize: number | undefined;
    readonly jobs: number;
  };
}

const batchArbitrary: fc.Arbitrary<Batch> = fc.record({
  cases: fc.array(caseArbitrary, { minLength: TOGETHER, maxLength: TOGETHER }),
  settings: fc.record({
    strategy: fc.constantFrom('locked', 'online'),
    batchSize: fc.constantFrom(undefined, 1, 2, 3),
    jobs: fc.integer({ min: 1, max: 3 }),
  }),
});

/** Not shrunk: that takes minutes, and a failure shows its case alone, which is small. */
const share = (part: number) => ({ numRuns: Math.ceil((CASES * part) / TOGETHER), seed: SEED, endOnFailure: true });

async function build(cases: readonly Case[]) {
  await cleanDatabase(db.sql);
  await db.sql.unsafe([TYPES_SQL, ...cases.map(buildSql)].join(';\n'));
}

const OPTIONS = { dryRun: false, yes: true, samples: 2 } as const;

describe('against a model in memory', () => {
  test('dedupe leaves what the model says, twice is once, and restore is exact', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(batchArbitrary, async ({ cases, settings }) => {
        await build(cases);
        const before = await readAll(db.sql, cases);
        const images = await readImages(db.sql);
        const expected = cases.map(expectedOf);
        const project = await makeProjectOf(db, cases.map(ruleOf), { settings });
        const report = await dedupe(project.context, OPTIONS);
        const disagree = expected.flatMap(({ disagreeing }, place) => (disagreeing > 0 ? [`t${place}`] : []));
        expect(report.findings.map(({ code, table, message }) => ({ code, table, message }))).toEqual(
          disagree.map((table) => expect.objectContaining({ code: 'MSGDB_GROUP_DISAGREES', table })),
        );
        const after = await readAll(db.sql, cases);
        expectContent(cases, expected, after);
        expectUnchangedInPlace(cases, before, after);
        expect(report.targets.map(({ deleted, marked }) => deleted + marked)).toEqual(
          expected.map(({ losers }) => losers),
        );
        if (report.runId === null || expected.every(({ losers }) => losers === 0)) return;
        await expectNoDebris(db.sql);

        const settled = await fingerprint(db.sql, { physical: true });
        const again = await dedupe(project.context, OPTIONS);
        expect(again.targets.reduce((sum, { deleted, marked }) => sum + deleted + marked, 0)).toBe(0);
        if (disagree.length === 0) expect(await fingerprint(db.sql, { physical: true })).toEqual(settled);
        expect(await archiveRestore(project.context, { runId: report.runId, yes: true })).toMatchObject({
          findings: [],
        });
        expect(await readImages(db.sql)).toEqual(images);
      }),
      share(0.75),
    );
  });

  test('migrate and rollback, with the index', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(batchArbitrary, async ({ cases: drawn, settings }) => {
        const cases = drawn.map((each) => ({ ...each, agree: false }));
        await build(cases);
        const images = await readImages(db.sql);
        const project = await makeProjectOf(db, cases.map(ruleOf), { settings });
        expectOk(await project.migrate());
        expectContent(cases, cases.map(expectedOf), await readAll(db.sql, cases));
        expectOk(await project.verify());
        await expectSecondRunDoesNothing(db.sql, project);
        await expectExactUndo(db.sql, project, images);
      }),
      share(0.15),
    );
  });

  test('losers that are not kept are gone, and nothing else is', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(batchArbitrary, async ({ cases: drawn, settings }) => {
        const cases = drawn.map((each) => ({ ...each, agree: false, losers: 'delete' as const }));
        await build(cases);
        const before = await readAll(db.sql, cases);
        const project = await makeProjectOf(db, cases.map(ruleOf), { settings });
        expect(await dedupe(project.context, OPTIONS)).toMatchObject({ findings: [] });
        const after = await readAll(db.sql, cases);
        expectContent(cases, cases.map(expectedOf), after);
        expectUnchangedInPlace(cases, before, after);
      }),
      share(0.1),
    );
  });
});
