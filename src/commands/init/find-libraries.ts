import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Library } from '../../model/upsert-report.ts';
import { packagesOf } from '../runners/find-runners.ts';

/** The package of npm that a library is. */
const PACKAGES: readonly (readonly [string, Library])[] = [
  ['@prisma/client', 'prisma'],
  ['drizzle-orm', 'drizzle'],
  ['kysely', 'kysely'],
  ['knex', 'knex'],
  ['typeorm', 'typeorm'],
  ['sequelize', 'sequelize'],
  ['@supabase/supabase-js', 'supabase'],
];

/** What the list of dependencies of another language says where it has a library. */
const LISTS: readonly (readonly [string, RegExp, Library])[] = [
  ['go.mod', /^\s*(?:require\s+)?gorm\.io\/gorm\s/m, 'gorm'],
  ['Gemfile', /^\s*gem\s+["'](?:rails|activerecord)["']/m, 'active-record'],
  ['mix.exs', /\{:ecto(?:_sql)?\s*,/, 'ecto'],
  ['composer.json', /"(?:laravel\/framework|illuminate\/database)"\s*:/, 'laravel'],
  ...['requirements.txt', 'pyproject.toml', 'Pipfile', 'setup.py', 'setup.cfg'].flatMap(
    (file): readonly (readonly [string, RegExp, Library])[] => [
      [file, /^\s*["']?django["']?\s*(?:[=<>~!;,["']|$)/im, 'django'],
      [file, /^\s*["']?sqlalchemy["']?\s*(?:[=<>~!;,["']|$)/im, 'sqlalchemy'],
    ],
  ),
];

/** Libraries that the application writes upserts with, as its dependencies name them. */
export async function findLibraries(projectDir: string): Promise<readonly Library[]> {
  const packages = await packagesOf(projectDir);
  const texts = new Map<string, string>();
  for (const [file] of LISTS) {
    if (!texts.has(file)) texts.set(file, await readFile(join(projectDir, file), 'utf8').catch(() => ''));
  }
  const found = [
    ...PACKAGES.filter(([name]) => packages.has(name)).map(([, library]) => library),
    ...LISTS.filter(([file, pattern]) => pattern.test(texts.get(file) ?? '')).map(([, , library]) => library),
  ];
  return [...new Set(found)];
}
