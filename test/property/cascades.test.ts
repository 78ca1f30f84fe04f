import fc from 'fast-check';
import { expect, test } from 'vitest';
import { migrate } from '../../src/commands/migrate/migrate.ts';
import { cleanDatabase, expectExactUndo, expectOk, makeRule, readImages } from '../db/engine/project.ts';
import { useDatabase } from '../support/database.ts';
import { FULL, seedOfRun } from '../support/form.ts';
import { cascadingArbitrary, cascadingSql } from './cascading.ts';

const db = useDatabase();
const CASES = Math.ceil(Number(process.env.TEST_CASES ?? (FULL ? 1_000 : 300)) / 40);

test('what goes along by ON UPDATE CASCADE is done as planned, and undone, or refused before', {
  timeout: 1_200_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(cascadingArbitrary, async (each) => {
      await cleanDatabase(db.sql);
      await db.sql.unsafe(cascadingSql(each));
      const before = await readImages(db.sql);
      const { strategy, batchSize } = each;
      const rule = { table: 'a', key: ['k'], ...each.rule };
      const project = await makeRule(db, rule, { strategy, ...(batchSize === undefined ? {} : { batchSize }) });
      const look = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
      const report = await project.migrate();
      if (look.verdict === 'ok') {
        expectOk(report);
        await expectExactUndo(db.sql, project, before);
        return;
      }
      expect(report.summary).toMatch(/is refused; nothing was changed/);
      expect(await readImages(db.sql)).toEqual(before);
    }),
    { numRuns: CASES, seed: seedOfRun(), endOnFailure: true },
  );
});
