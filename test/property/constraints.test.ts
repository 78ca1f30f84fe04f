import fc from 'fast-check';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { migrate } from '../../src/commands/migrate/migrate.ts';
import type { PlanStepReport } from '../../src/model/plan-report.ts';
import { cleanDatabase, expectExactUndo, expectOk, makeRule, readImages } from '../db/engine/project.ts';
import { useDatabase } from '../support/database.ts';
import { FULL, seedOfRun } from '../support/form.ts';
import { BY_HAND, constrainedArbitrary, constrainedSql } from './constrained.ts';

const db = useDatabase();
const SEED = seedOfRun();
/** A case costs a look, a run and its undo: fewer than of those that share them. */
const CASES = Math.ceil(Number(process.env.TEST_CASES ?? (FULL ? 1_000 : 300)) / 40);

test('what a plan accepts, a run does; what it refuses, PostgreSQL refuses', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(constrainedArbitrary, async (each) => {
      await cleanDatabase(db.sql);
      await db.sql.unsafe(constrainedSql(each));
      const before = await readImages(db.sql);
      const references = ['b.p', 'b.q', 'b.ps', 'c.p', 'c.code'].map((name) => {
        const [table = '', column = ''] = name.split('.');
        return { table, column, ...(column === 'ps' ? { kind: 'array' as const } : {}), onCollision: each.policy };
      });
      const { strategy, batchSize } = each;
      const rule = { table: 'a', key: ['k'], references, ...each.rule };
      const project = await makeRule(db, rule, { strategy, ...(batchSize === undefined ? {} : { batchSize }) });
      const look = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
      const report = await project.migrate();
      if (look.verdict === 'ok') {
        expectOk(report);
        // A batch of some groups changes what the next one meets; all groups at once come to what was counted.
        if (batchSize === undefined) {
          const done = report.applied.flatMap(({ steps }) => steps.map(({ detail }) => detail)).join('\n');
          expect(countDone(done)).toEqual(countPlanned(look.plan.flatMap(({ steps }) => steps.flatMap(detailsOf))));
        }
        await expectExactUndo(db.sql, project, before);
        return;
      }
      expect(report.summary).toMatch(/is refused; nothing was changed/);
      expect(await readImages(db.sql)).toEqual(before);
      if (each.rule.merge || each.rule.losers) return;
      expect(await byHand()).toMatch(/^(?:2[23]|P0001)/);
    }),
    { numRuns: CASES, seed: SEED, endOnFailure: true },
  );
});

/** What a plan says of the children: rows that are re-pointed, removed as copies, and removed as a constraint refuses them. */
function countPlanned(details: readonly string[]): readonly number[] {
  const line = details.find((each) => /^b\.p, q, ps are re-pointed/.test(each)) ?? '';
  return [/to the survivor \((\d+) /, /copies under [^;]* \((\d+) /, /would refuse are [^;]* \((\d+) /].map((pattern) =>
    Number(pattern.exec(line)?.[1] ?? 0),
  );
}

/** The same of what a run did, all its steps and passes together. */
function countDone(text: string): readonly number[] {
  return ['re-pointed', 'removed as', 'removed because'].map((what) =>
    [...text.matchAll(new RegExp(`b\\.p, q, ps: (\\d+) rows? ${what}`, 'g'))].reduce(
      (sum, [, rows]) => sum + Number(rows),
      0,
    ),
  );
}

function detailsOf({ details, steps }: PlanStepReport): readonly string[] {
  return [...details, ...steps.flatMap(detailsOf)];
}

/** The SQLSTATE of what PostgreSQL says when it is done by hand, and rolled back. */
async function byHand(): Promise<string> {
  const failed = await db.sql
    .begin(async (sql) => {
      await sql.unsafe(BY_HAND);
      throw new Error('done');
    })
    .catch((error: unknown) => error);
  return failed instanceof postgres.PostgresError ? failed.code : String(failed);
}
