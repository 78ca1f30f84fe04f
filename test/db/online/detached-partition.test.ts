import { beforeEach, expect, test } from 'vitest';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeRule, STRATEGIES } from '../engine/project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

test.each(STRATEGIES)(
  'rollback names the index of a partition that was detached since, and keeps it (%s)',
  async (strategy) => {
    const { sql } = db;
    await sql.unsafe(`
    create table t (id int, region text, k int) partition by list (region);
    create table t_eu partition of t for values in ('eu'); create table t_us partition of t for values in ('us');
    create table other (id int, region text, k int); create unique index other_mine on other (k, region);
    create table t_not (id int, region text); create unique index t_not_mine on t_not (region, id)`);
    const project = await makeRule(db, { table: 't', key: ['region', 'k'], index: 'wanted' }, { strategy });
    expectOk(await project.migrate());
    const seen = await rollback(project.context, { dryRun: true });
    expect(seen.plan.flatMap(({ notes }) => notes).filter((note) => note.includes('columns of t'))).toEqual([]);

    await sql`alter table t detach partition t_us`;
    const [left] = await column(sql, `select indexrelid::regclass from pg_index where indrelid = 't_us'::regclass`);
    const planned = await rollback(project.context, { dryRun: true });
    expect(planned.plan.flatMap(({ notes }) => notes)).toContain(
      `t_us has the columns of t and an index like wanted: if it was a partition, \`drop index concurrently public.${left};\` undoes that part too. It stays.`,
    );
    expectOk(await project.rollback());
    const indexes = `select indexrelid::regclass from pg_index where indrelid in ('t_us'::regclass, 't'::regclass, 't_eu'::regclass)`;
    expect(await column(sql, indexes)).toEqual([left]);
  },
);
