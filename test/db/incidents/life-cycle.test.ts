import { beforeEach, describe, expect, test } from 'vitest';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { apply, contents, definitions, load, migrationsOf, physical, SUBJECTS, undo, untrue } from './incidents.ts';

const db = useDatabase();

const STRATEGIES = [
  { strategy: 'locked', settings: { strategy: 'locked' } },
  { strategy: 'online, 7 groups a batch', settings: { strategy: 'online', batchSize: 7 } },
] as const;

describe.each(STRATEGIES)('with strategy $strategy', ({ settings }) => {
  describe.each(SUBJECTS)('$title', ({ incidents }) => {
    beforeEach(async () => {
      await db.reset();
      await load(db.sql, incidents);
    });

    test('reaches the end state, and the second run changes nothing', async () => {
      const t=performance.now(); const lap=(n:string)=>console.log(n, Math.round(performance.now()-t));
      const context = await makeContext(db, { migrationsDir: await migrationsOf(incidents), settings });
      const wrongBefore = await untrue(db.sql, incidents);
      for (const { name } of incidents) expect(wrongBefore).toContainEqual(expect.stringContaining(`${name}: `));
lap('before');
      await apply(context);
lap('migrate');
      expect(await untrue(db.sql, incidents)).toEqual([]);
lap('untrue');
      const before = await physical(db.sql);
lap('phys');
      const second = await apply(context);
lap('migrate2');
      expect(second).toMatchObject({ applied: [], pending: [], runId: null });
      expect(await physical(db.sql)).toEqual(before);
    });

    test('is undone to exactly the rows and definitions of before, and done again to the same end', async () => {
      const context = await makeContext(db, { migrationsDir: await migrationsOf(incidents), settings });
      const rows = await contents(db.sql, incidents);
      const defined = await definitions(db.sql);
      const t=performance.now(); const lap=(n:string)=>console.log(n, Math.round(performance.now()-t));
      await apply(context);
      lap('apply');
      const report = await undo(context, { step: incidents.length });
      lap('undo');
      expect(report.rolledBack.map(({ name }) => name)).toEqual(incidents.map(({ migration }) => migration).toReversed());
      expect(await contents(db.sql, incidents)).toEqual(rows);
      expect(await definitions(db.sql)).toEqual(defined);

      lap('compared');
      await apply(context);
      lap('apply');
      expect(await untrue(db.sql, incidents)).toEqual([]);
    });
  });
});
