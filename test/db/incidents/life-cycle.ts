import { expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { makeContext } from '../../support/context.ts';
import type { TestDatabase } from '../../support/database.ts';
import { ALL, apply, contents, definitions, empty, load, migrationsOf, physical, undo, untrue } from './incidents.ts';

/** Each incident alone: repaired, left alone by a second run, undone, and repaired again. */
export function describeLifeCycles(db: TestDatabase, settings: Partial<Context['settings']>): void {
  test.each(ALL)(
    '$name is repaired, stays as it is, goes back to the byte, and is repaired again',
    async (incident) => {
      await empty(db.sql);
      await load(db.sql, [incident]);
      const context = await makeContext(db, { migrationsDir: await migrationsOf([incident]), settings });
      const rows = await contents(db.sql, [incident]);
      const defined = await definitions(db.sql);
      expect(await untrue(db.sql, [incident]), 'the incident is there before').not.toEqual([]);

      const first = await apply(context);
      expect(first.applied.map(({ name }) => name)).toEqual([incident.migration]);
      expect(await untrue(db.sql, [incident]), 'the end state').toEqual([]);

      const before = await physical(db.sql);
      expect(await apply(context)).toMatchObject({ applied: [], pending: [], runId: null });
      expect(await physical(db.sql), 'after a second run').toEqual(before);

      await undo(context);
      expect(await contents(db.sql, [incident]), 'rows after the undo').toEqual(rows);
      expect(await definitions(db.sql), 'definitions after the undo').toEqual(defined);

      await apply(context);
      expect(await untrue(db.sql, [incident]), 'the end state, reached again').toEqual([]);
    },
  );
}
