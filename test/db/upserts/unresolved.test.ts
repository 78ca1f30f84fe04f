import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { renderReport } from '../../../src/report/render.ts';
import { makeProject } from '../../support/cli.ts';
import { useDatabase } from '../../support/database.ts';
import { check, checkFolder } from './check.ts';

const db = useDatabase();

const LOOK = { width: 120, colour: false, unicode: false, verbose: false, redact: false };

beforeAll(async () => {
  await db.sql`create table t (a integer not null unique)`;
  await db.sql.unsafe('create schema other; create table other.far (a integer not null unique)').simple();
});

const into = (table: string): string => `q("insert into ${table} (a) values (1) on conflict (a) do nothing")\n`;

test('what is not resolved or not read is counted in every format, and with --strict a finding', async () => {
  const files = { 'a.js': into('t') + into('nowhere'), 'min.js': `${into('t')}${'a=1;'.repeat(30_000)}` };
  const reason = 'the database has no table nowhere';
  const counted = '2 upserts in 2 files, 1 not resolved, 1 file not read';
  const counts = { proven: 1, errors: 0, warnings: 0, unresolved: 1, ignored: 0, notRead: 1 };

  const loose = await check(db, files);
  expect(loose).toMatchObject({ verdict: 'ok', findings: [], counts, summary: counted });
  expect(renderReport(loose, 'human', LOOK)).toMatch(
    new RegExp(`a\\.js:2 ${reason}[\\s\\S]*min\\.js: it is minified[\\s\\S]*OK {2}${counted}`),
  );
  const github = renderReport(loose, 'github', LOOK);
  expect(github).toContain(`::notice title=1 upsert not resolved::a.js:2 ${reason}\n`);
  expect(github).toContain(`::notice title=msgdb check-upserts%3A ok::${counted}`);

  const strict = await check(db, files, { strict: true });
  expect(strict).toMatchObject({
    verdict: 'findings',
    counts,
    findings: [
      { code: 'MSGDB_UPSERT_UNRESOLVED', data: { file: 'a.js', line: 2 } },
      { code: 'MSGDB_SOURCE_NOT_READ', data: { file: 'min.js' } },
    ],
  });
  const text = renderReport(strict, 'human', LOOK);
  expect(text).toContain(`Not resolved: ${reason}.  MSGDB_UPSERT_UNRESOLVED`);
  expect(text).toMatch(new RegExp(`MSGDB_SOURCE_NOT_READ\\s+min\\.js[\\s\\S]*FINDINGS {2}${counted}`));
  expect(renderReport(strict, 'github', LOOK)).toMatch(/::error file=a\.js,line=2,.*\n::error file=min\.js,/);
  expect(renderReport(strict, 'junit', LOOK)).toMatch(/failures="2".* skipped="0"/);
});

test('with --strict the baseline and comments take out what is known', async () => {
  const root = await makeProject({ 'a.js': `// msgdb-ignore: another database\n${into('one')}\n\n\n${into('two')}` });
  const options = { strict: true, baseline: join(root, 'known.json') };
  expect(await checkFolder(db, root, { ...options, updateBaseline: true })).toMatchObject({ verdict: 'ok' });
  expect(await checkFolder(db, root, options)).toMatchObject({ verdict: 'ok', counts: { ignored: 2, unresolved: 0 } });
  await writeFile(join(root, 'a.js'), into('two') + into('three'));
  expect(await checkFolder(db, root, options)).toMatchObject({
    verdict: 'findings',
    counts: { ignored: 1, unresolved: 1 },
    findings: [{ code: 'MSGDB_UPSERT_UNRESOLVED', data: { line: 2 } }],
  });
});

test('a path without source is said to have been no proof, and with --strict is a finding of its own', async () => {
  const root = await makeProject({ 'empty/.keep': '', 'notes/a.txt': 'x', 'notes/b.txt': 'x', 'app/a.js': into('t') });
  const look = async (paths: readonly string[], strict: boolean) => {
    const report = await checkFolder(db, root, { paths, strict });
    return { report, text: renderReport(report, 'human', LOOK) };
  };
  const loose = await look(['empty'], false);
  expect(loose.report).toMatchObject({
    verdict: 'ok',
    findings: [],
    summary: 'nothing was checked: no source file in empty',
  });
  expect(loose.text).not.toMatch(/OK/);
  const strict = await look(['empty'], true);
  const [finding] = strict.report.findings;
  expect(strict.report.verdict).toBe('findings');
  expect(finding).toMatchObject({ code: 'MSGDB_NOTHING_CHECKED', fix: expect.stringContaining('Correct the path') });
  expect(finding?.message).toBe(
    `Nothing was checked in empty: at or below ${root}/empty is 1 file, none of a language that is read.`,
  );
  expect(strict.text.replaceAll(/\s+/g, ' ')).toMatch(
    /MSGDB_NOTHING_CHECKED.*Nothing was checked in empty.*FINDINGS nothing was checked/,
  );
  for (const format of ['json', 'junit', 'github', 'sarif'] as const) {
    expect(renderReport(strict.report, format, LOOK)).toContain('MSGDB_NOTHING_CHECKED');
  }
  // One wrong path beside a right one; a file that is not source; a path that is met within another one.
  const beside = await look(['app', 'notes'], true);
  expect(beside.report).toMatchObject({
    findings: [{ code: 'MSGDB_NOTHING_CHECKED', message: expect.stringContaining('are 2 files, none of') }],
    summary: '1 upsert in 1 file, all of them proven, no source file in notes',
  });
  expect((await look(['app', 'notes/a.txt'], true)).report.findings).toMatchObject([{ data: { path: 'notes/a.txt' } }]);
  expect((await look(['.', 'app', 'app/a.js'], true)).report.findings).toEqual([]);
});

test('what is not resolved for want of a table is advised to get one, not to be written out', async () => {
  const report = await check(
    db,
    {
      'a.js': into('nowhere'),
      'b.js': into('other.nowhere'),
      'c.js': into('far'),
      'd.py': into('{x}').replace('q("', 'q(f"'),
    },
    { strict: true },
  );
  const ignore = ', or ignore it: `msgdb-ignore: REASON` in a comment above it, or --baseline.';
  const create = 'Create the table (--with-pending counts pending migrations)';
  expect(report.findings.map(({ fix }) => fix)).toEqual([
    `${create}, name its schema with --schema${ignore}`,
    `${create}, correct the name${ignore}`,
    `Run it with --schema other, or write other.far in the statement${ignore}`,
    `Write out the table and the target in one place${ignore}`,
  ]);
});
