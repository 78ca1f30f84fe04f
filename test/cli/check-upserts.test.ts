import { expect, test } from 'vitest';
import { makeProject, runCli } from '../support/cli.ts';
import { runInside } from '../support/run-inside.ts';

const SCHEMA = 'create table t (a integer not null, b integer not null unique);';
const SOURCE = (target: string): string =>
  `q("insert into t (a, b) values (1, 1) on conflict (${target}) do nothing")\n`;

test('exit code 0 when every upsert is proven, 1 when one fails; the report alone goes to stdout', async () => {
  const cwd = await makeProject({ 'schema.sql': SCHEMA, 'ok/a.js': SOURCE('b'), 'bad/a.js': SOURCE('a') });
  const good = await runCli(['check-upserts', 'ok', '--schema-file', 'schema.sql'], { cwd });
  expect(good).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('1 upsert in 1 file, all of them proven'),
  });
  const bad = await runCli(['check-upserts', 'bad', '--schema-file', 'schema.sql', '--format', 'json', '-q'], { cwd });
  expect(bad).toMatchObject({ exitCode: 1, stderr: '' });
  expect(JSON.parse(bad.stdout)).toMatchObject({
    command: 'check-upserts',
    verdict: 'findings',
    upserts: [{ file: 'bad/a.js', line: 1, table: 't', target: '(a)', status: 'error', code: 'MSGDB_ARBITER_MISSING' }],
  });
});

test('what is not resolved is counted; with --strict it is exit code 1', async () => {
  const cwd = await makeProject({ 'schema.sql': SCHEMA, 'a.js': SOURCE('b').replace('into t', 'into nowhere') });
  const check = async (...flags: readonly string[]) =>
    runInside(['check-upserts', 'a.js', '--schema-file', 'schema.sql', ...flags], { cwd });
  const counted = '1 upsert in 1 file, 1 not resolved';
  expect(await check()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`OK  ${counted}`) });
  expect(await check('--strict')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining(`FINDINGS  ${counted}`),
  });
});

test('an empty folder is exit code 1 with --strict, and no OK without', async () => {
  const cwd = await makeProject({ 'schema.sql': SCHEMA, 'empty/.keep': '' });
  const check = async (...flags: readonly string[]) =>
    runInside(['check-upserts', 'empty', '--schema-file', 'schema.sql', ...flags], { cwd });
  const loose = await check();
  expect(loose).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('nothing was checked: no source file in empty'),
  });
  expect(loose.stdout).not.toContain('OK');
  expect(await check('--strict')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('MSGDB_NOTHING_CHECKED'),
  });
});

test('without paths the sources of the configuration are read, from wherever it is run', async () => {
  const root = await makeProject({
    'msgdb.config.json': '{ "sources": ["app"] }',
    'schema.sql': SCHEMA,
    'app/a.js': SOURCE('b'),
    'other/a.js': SOURCE('a'),
  });
  const report = await runInside(['check-upserts', '--schema-file', '../schema.sql', '--format', 'json'], {
    cwd: `${root}/other`,
  });
  expect(JSON.parse(report.stdout).upserts).toMatchObject([{ file: 'app/a.js', status: 'ok' }]);
});

test('sources that lead out of the folder of the configuration are refused; the same path as an argument is read', async () => {
  const root = await makeProject({
    'app/msgdb.config.json': '{ "sources": ["../elsewhere"] }',
    'elsewhere/a.js': SOURCE('b'),
    'schema.sql': SCHEMA,
  });
  const check = async (...paths: readonly string[]) =>
    runInside(['check-upserts', ...paths, '--schema-file', '../schema.sql'], { cwd: `${root}/app` });
  expect(await check()).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('`sources` of the configuration point outside its folder'),
  });
  expect(await check('../elsewhere')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('1 upsert in 1 file'),
  });
});

test('folders that were passed over are counted, and named with --verbose', async () => {
  const cwd = await makeProject({
    'schema.sql': SCHEMA,
    'app/a.js': SOURCE('b'),
    'vendor/a.js': SOURCE('a'),
    'app/obj/a.js': '',
  });
  const check = async (...flags: readonly string[]) =>
    (await runInside(['check-upserts', '--schema-file', 'schema.sql', ...flags], { cwd })).stdout;
  const brief = await check();
  expect(brief).toContain('2 folders passed over');
  expect(brief).not.toContain('vendor');
  expect(await check('-v')).toMatch(/Passed over\s+vendor\s+app\/obj/);
});

test('a project whose upserts stand in files that are not read is never reported as having none', async () => {
  const hs = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`app/${String(n).padStart(2, '0')}.hs`, SOURCE('b')]),
  );
  const cwd = await makeProject({ 'schema.sql': SCHEMA, 'app/a.js': '', 'app/q.yaml': SOURCE('b'), ...hs });
  const check = async (...flags: readonly string[]) =>
    (await runInside(['check-upserts', 'app', '--schema-file', 'schema.sql', ...flags], { cwd })).stdout;
  const brief = (await check()).replaceAll(/\s+/g, ' ');
  expect(brief).toContain('0 upserts in 1 file, 13 files not read');
  expect(brief).toMatch(
    /Not read.* app\/00\.hs, .*app\/09\.hs and 2 more: it has ON CONFLICT, and \.hs files are not read/,
  );
  expect(brief).toContain('app/q.yaml: it has ON CONFLICT, and .yaml files are not read');
  expect(await check('-v')).toContain('app/11.hs');
});

test.each([
  [['check-upserts', 'nowhere'], 'There is no file or folder nowhere.'],
  [['check-upserts', '--update-baseline'], '--update-baseline is given without --baseline.'],
  [['check-upserts', '--schema-file', 'none.sql'], 'cannot be read'],
])('%j is refused before anything is connected to', async (args, message) => {
  const cwd = await makeProject({ 'a.js': SOURCE('a') });
  expect(await runInside(args, { cwd })).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining(message),
  });
});

test('a race of one is refused', async () => {
  expect(await runInside(['verify', '--race', '1'])).toMatchObject({ exitCode: 2 });
});
