import { beforeEach, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { column, makeProjectOf } from './project.ts';

const db = useDatabase();
const RULES = [
  uniqueKey({ table: 'parent', key: ['k'], limit: { share: 1 } }),
  uniqueKey({ table: 'child', key: ['parent_id', 'slug'], limit: { share: 1 } }),
];
const REMOVE = { dryRun: false, yes: true, samples: 1 };

beforeEach(async () => {
  await db.sql.unsafe(`drop table if exists parent, child cascade;
    create table parent (id int primary key, k text); insert into parent values (1, 'a'), (2, 'a'), (3, 'b');
    create table child (id int primary key, parent_id int references parent, slug text);
    insert into child values (1, 1, 's'), (2, 2, 's'), (3, 3, 's')`);
});

test('copies that one rule makes in the table of another go in the same run, and the second run does nothing', async () => {
  const { context } = await makeProjectOf(db, RULES);
  const { targets } = await dedupe(context, REMOVE);
  expect(targets).toMatchObject([
    { table: 'parent', deleted: 1, repointed: [{ table: 'child', rows: 1 }] },
    { table: 'child', excessRows: 1, deleted: 1 },
  ]);
  expect(await column(db.sql, 'select id from child order by id')).toEqual(['1', '3']);
  expect(await dedupe(context, REMOVE)).toMatchObject({ runId: null, summary: 'nothing to do: no duplicates' });
});

test('a limit that such copies reach stops the run, and what was done before is reported', async () => {
  const [parent, child] = RULES;
  const { context } = await makeProjectOf(db, [parent, { ...child, limit: { losers: 0 } }] as typeof RULES);
  const report = await dedupe(context, REMOVE);
  expect(report).toMatchObject({ exitCode: 1, targets: [{ deleted: 1 }], summary: '1 row removed, then stopped' });
  expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_BLAST_RADIUS']);
  expect(await column(db.sql, 'select id from child order by id')).toEqual(['1', '2', '3']);
});
