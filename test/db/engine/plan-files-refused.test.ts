import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { applyPlan } from '../../../src/commands/dedupe/apply-plan.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { apply, FOUR_GROUPS, RULE, writePlan } from './plan-file.ts';
import { cleanDatabase, column, readImages } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

describe('a plan that does not fit is refused, and nothing is changed:', () => {
  async function refusal(file: string): Promise<string> {
    const before = await readImages(db.sql);
    const context = await makeContext(db);
    const thrown = await applyPlan(context, { file, dryRun: false, yes: true }).then(
      (report) => report.findings[0] ?? expect.unreachable(),
      (error: { code: string; message: string; why: string }) => error,
    );
    expect(await readImages(db.sql)).toEqual(before);
    expect(await column(db.sql, `select to_regnamespace('msgdb')`)).toEqual([null]);
    return `${thrown.code}: ${thrown.message} ${'why' in thrown ? thrown.why : ''}`;
  }

  test.each<[name: string, edit: (text: string) => string, why: string]>([
    ['edited', (text) => text.replace('"id": 2', '"id": 3'), 'was changed after msgdb had written it'],
    ['with a line less', (text) => text.replace(/\{"group":2,"rank":2.*\n/, ''), 'was changed after'],
    [
      'with its lines in another order',
      (text) => text.replace(/(\{"group":1,"rank":1.*\n)(.*\n)/, '$2$1'),
      'was changed after',
    ],
    ['cut off in a line', (text) => text.slice(0, text.length / 2), 'its last line is not there'],
    ['cut off after a line', (text) => text.replace(/\{"end".*\n$/, ''), 'its last line is not there'],
    ['with something behind it', (text) => `${text}{}\n`, 'Something stands behind its last line'],
    ['twice in one file', (text) => text + text, 'Something stands behind its last line'],
    ['of another form', (text) => text.replace('"msgdbPlan":1', '"msgdbPlan":2'), 'It has the form 2'],
    ['without its first line', (text) => text.replace(/^.*\n/, ''), 'does not begin as one'],
    ['empty', () => '', 'It is empty'],
    ['something else', () => 'create table t ();\n', 'A line of it is not one'],
  ])('%s', async (_, edit, why) => {
    await db.sql.unsafe(FOUR_GROUPS);
    const { file } = await writePlan(db, RULE);
    await writeFile(file, edit(await readFile(file, 'utf8')));
    const told = await refusal(file);
    expect(told).toContain('MSGDB_PLAN_INVALID');
    expect(told).toContain(why);
  });

  test('line ends of Windows change nothing', async () => {
    await db.sql.unsafe(FOUR_GROUPS);
    const { file } = await writePlan(db, RULE);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
    expect((await apply(db, file)).targets[0]?.deleted).toBe(4);
  });

  test('a file that is not there, and a folder', async () => {
    expect(await refusal('/nowhere/dedupe.plan')).toMatch(/MSGDB_PLAN_INVALID.*cannot be read.*ENOENT/);
    expect(await refusal(tmpdir())).toMatch(/MSGDB_PLAN_INVALID.*no plain file/);
  });

  test.each<[name: string, change: string, why: string]>([
    ['a column came', 'alter table t add column extra int', 'its columns or its primary key'],
    ['the primary key is another', 'alter table t drop constraint t_pkey, add primary key (id, k)', 'its columns'],
    ['something refers to it', 'create table child (t_id int references t on delete cascade)', 'what refers to it'],
    [
      'a trigger came',
      `create function f() returns trigger language plpgsql as 'begin return old; end'; create trigger f before delete on t for each row execute function f()`,
      'its triggers or rules',
    ],
    [
      'it is another table',
      `alter table t rename to u; create table t (like u including all); insert into t select * from u`,
      'the table itself',
    ],
    ['it is gone', 'drop table t', 'There is no table'],
  ])('%s', async (_, change, why) => {
    await db.sql.unsafe(FOUR_GROUPS);
    const { file } = await writePlan(db, RULE);
    await db.sql.unsafe(change);
    expect(await refusal(file)).toContain(why);
  });

  test('one of another database', async () => {
    await db.sql.unsafe(FOUR_GROUPS);
    const { file } = await writePlan(db, RULE);
    const text = (await readFile(file, 'utf8')).split('\n');
    const header = JSON.parse(text[0] ?? '');
    header.database.oid += 1;
    const body = [JSON.stringify(header), ...text.slice(1, -2)].map((line) => `${line}\n`).join('');
    const end = JSON.parse(text.at(-2) ?? '').end;
    end.sha256 = createHash('sha256').update(body).digest('hex');
    await writeFile(file, `${body}${JSON.stringify({ end })}\n`);
    expect(await refusal(file)).toContain('made for another database');
  });

  test('one that is refused is not written, and what was there before stays', async () => {
    await db.sql.unsafe(`${FOUR_GROUPS}; insert into t select n, 'a', 0 from generate_series(9, 40) n`);
    const { file, folder, report } = await writePlan(db, { table: 't', key: ['k'] });
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_BLAST_RADIUS']);
    expect(await readdir(folder)).toEqual([]);
    await writeFile(file, 'older');
    const nowhere = join(folder, 'missing', 'dedupe.plan');
    const options = { rule: uniqueKey(RULE), dryRun: true, yes: false, samples: 0, planOut: nowhere };
    await expect(dedupe(await makeContext(db), options)).rejects.toMatchObject({ code: 'MSGDB_USAGE' });
    expect(await readdir(folder)).toEqual(['dedupe.plan']);
  });

  test('the limit is asked for again', async () => {
    await db.sql.unsafe(
      `${FOUR_GROUPS}; insert into t select n, 'a', 0 from generate_series(9, 40) n; insert into t select n, n::text, 0 from generate_series(100, 200) n`,
    );
    const { file } = await writePlan(db, { table: 't', key: ['k'] });
    await db.sql`delete from t where id >= 100`;
    const report = await applyPlan(await makeContext(db), { file, dryRun: true, yes: false });
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_BLAST_RADIUS']);
  });
});
