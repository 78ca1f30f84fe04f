import { beforeEach, describe, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectOk, makeRule, readImages, takeTurns } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

/** Rows that a unique index holds, though it has their values already. */
function letIn(index: string, rows: string): string {
  const set = (unique: boolean) =>
    `update pg_index set indisunique = ${unique} where indexrelid = '${index}'::regclass;`;
  return `${set(false)} insert into t values ${rows}; ${set(true)}`;
}

interface Case {
  readonly name: string;
  readonly setup: string;
  readonly rule: Partial<UniqueKeyOptions>;
  readonly message: string;
  /** Where the fix is a command of msgdb's: its key. */
  readonly mend?: string;
  readonly fix?: string;
}

const MERGE = { merge: { note: 'first-non-null' } } as const;
const MARK = { where: "note = 'on'", losers: { set: { note: 'off' } } } as const;
const TABLE = `create table t (id int primary key, k text, note text, code int); create index on t (note);`;
const MERGED = `insert into t values (1, 'a', null, 7), (2, 'a', 'n', 8);`;

/** No foreign key names any of these indexes, and what the run writes is in none of their keys. */
const REFUSED: readonly Case[] = [
  {
    name: 'a merge, and a row of no group with the key of the survivor',
    setup: TABLE + MERGED + letIn('t_pkey', `(1, 'z', 'other', 9)`),
    rule: MERGE,
    message:
      'Merging would change 1 row of t, (id)=(1), which has the values of another row in the unique index t_pkey of t: the index is damaged, and would refuse it.',
    mend: 'id',
  },
  {
    name: 'a merge that changes an index of more columns, beside which the damaged one stands',
    setup: `${TABLE} alter table t add unique (id, note); ${MERGED}${letIn('t_pkey', `(1, 'z', 'other', 9)`)}`,
    rule: MERGE,
    message: 'the unique index t_pkey of t',
    mend: 'id',
  },
  {
    name: 'a merge, and two survivors that have one key',
    setup: TABLE + MERGED + letIn('t_pkey', `(1, 'b', null, 9), (3, 'b', 'n', 10)`),
    rule: MERGE,
    message: 'Merging would change 2 rows of t, (id)=(1; 1), which have the values of other rows',
    mend: 'id',
  },
  {
    name: 'a merge, where a third row has the key of survivor and loser',
    setup: TABLE + MERGED + letIn('t_pkey', `(1, 'a', 'm', 9), (1, 'z', 'other', 10)`),
    rule: MERGE,
    message: 'Merging would change 1 row of t, (id)=(1), which has',
    mend: 'id',
  },
  {
    name: 'a merge, and a partial index',
    setup: `${TABLE} create unique index "Codes" on t (code) where code > 0; ${MERGED}${letIn('"Codes"', `(3, 'z', 'o', 7)`)}`,
    rule: MERGE,
    message: 'the unique index Codes of t',
    fix: 'Change or remove all but one of the rows that have these values, then rebuild the index: reindex index concurrently "public"."Codes";',
  },
  {
    name: 'a merge, and an index in which NULLs are equal',
    setup: `${TABLE} create unique index codes on t (code) nulls not distinct; insert into t values (1, 'a', null, null), (2, 'a', 'n', 8);
      ${letIn('codes', `(3, 'z', 'o', null)`)}`,
    rule: MERGE,
    message: 'the unique index codes of t',
    fix: 'rebuild the index: reindex index concurrently "public"."codes";',
  },
  {
    name: 'a mark, and a row of no group with the key of the loser',
    setup: `${TABLE} insert into t values (1, 'a', 'on', 1), (2, 'a', 'on', 2); ${letIn('t_pkey', `(2, 'z', 'on', 3)`)}`,
    rule: MARK,
    message: 'Marking losers would change 1 row of t, (id)=(2), which has',
    mend: 'id',
  },
  {
    name: 'a mark, and a survivor with the key of its loser, which stays',
    setup: `${TABLE} insert into t values (1, 'a', 'on', 1); ${letIn('t_pkey', `(1, 'a', 'on', 3)`)}`,
    rule: MARK,
    message: 'Marking losers would change 1 row of t, (id)=(1), which has',
    mend: 'id',
  },
];

describe('a damaged unique index that would refuse what a run writes refuses the plan:', () => {
  test.each(takeTurns(REFUSED))('$name ($strategy)', async ({ setup, rule, message, mend, fix, strategy }) => {
    const { sql } = db;
    await sql.unsafe(setup);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 't', key: ['k'], ...rule }, { strategy });
    const wanted = fix ?? `Run \`msgdb dedupe --table t --key ${mend} --dry-run\` first`;
    const refused = {
      code: 'MSGDB_REFUSED',
      message: expect.stringContaining(message),
      fix: expect.stringContaining(wanted),
    };
    expect((await migrate(project.context, { dryRun: true, allowOutOfOrder: false })).findings).toEqual([
      expect.objectContaining(refused),
    ]);
    expect((await project.migrate()).findings).toEqual([expect.objectContaining(refused)]);
    expect(await readImages(sql)).toEqual(before);
    if (mend === undefined) return;
    const first = uniqueKey({ table: 't', key: [mend], limit: { share: 1 } });
    const mended = await dedupe(await makeContext(db), { rule: first, dryRun: false, yes: true, samples: 0 });
    expect(mended.findings).toEqual([]);
    expectOk(await project.migrate());
  });
});

describe('a damaged unique index that refuses nothing is not in the way:', () => {
  test.each(
    takeTurns([
      { name: 'the row of the same key is a loser', rows: `(1, 'a', 'n', 9)`, end: ['(1,a,n,7)'] },
      {
        name: 'the rows are not written',
        rows: `(5, 'y', 'n', 9), (5, 'z', 'n', 10), (2, 'a', 'n', 8)`,
        end: ['(1,a,n,7)', '(5,y,n,9)', '(5,z,n,10)'],
      },
    ]),
  )('$name ($strategy)', async ({ rows, end, strategy }) => {
    await db.sql.unsafe(`${TABLE} insert into t values (1, 'a', null, 7); ${letIn('t_pkey', rows)}`);
    const project = await makeRule(db, { table: 't', key: ['k'], ...MERGE }, { strategy });
    expectOk(await project.migrate());
    expect(await column(db.sql, 'select t::text from t order by id, k')).toEqual(end);
  });
});

test('an index that a run has left damaged, its copies gone, is rebuilt by the next one', async () => {
  const { sql } = db;
  const set = (ready: boolean) =>
    `update pg_index set indisready = ${ready}, indisvalid = ${ready} where indexrelid = 't_k'::regclass;`;
  await sql.unsafe(`
    create table t (id int primary key, k text);
    create unique index t_k on t (k);
    insert into t values (1, 'a');
    ${set(false)} insert into t values (2, 'b'); ${set(true)}`);
  const found = async () => {
    await sql.unsafe('set enable_seqscan = off; set enable_bitmapscan = off');
    return [...(await sql.unsafe(`select id from t where k = 'b'`))];
  };
  expect(await found()).toEqual([]);
  const rule = uniqueKey({ table: 't', key: ['k'] });
  const context = await makeContext(db);
  const look = await dedupe(context, { rule, dryRun: true, yes: false, samples: 0 });
  expect(look.summary).toBe('no duplicates; a damaged index would be rebuilt; nothing was changed');
  expect(look.plan.flatMap(({ steps }) => steps.map(({ title }) => title))).toEqual([expect.stringContaining('t_k')]);
  expect((await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 })).verdict).toBe('ok');
  expect(await found()).toEqual([{ id: 2 }]);
  expect((await dedupe(context, { rule, dryRun: true, yes: false, samples: 0 })).summary).toBe(
    'nothing to do: no duplicates',
  );
});
