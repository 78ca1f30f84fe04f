import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';
import type { Recognised } from '../../model/init-report.ts';
import type { Library } from '../../model/upsert-report.ts';
import { type FoundRunner, findRunners } from '../runners/find-runners.ts';
import { KNOWN_RUNNERS, knownRunner } from '../runners/known-runners.ts';
import { type CiSystem, findCi } from './find-ci.ts';
import { type DatabaseVariable, findDatabaseVariable } from './find-database-variable.ts';
import { findLibraries } from './find-libraries.ts';
import { findSources } from './find-sources.ts';

/** What a project shows of itself. */
export interface Project {
  readonly runners: readonly FoundRunner[];
  readonly libraries: readonly Library[];
  readonly sources: readonly string[];
  readonly schemaFile: string | undefined;
  readonly variable: DatabaseVariable | undefined;
  readonly ci: CiSystem | undefined;
  /** The text of package.json. */
  readonly manifest: string | undefined;
  /** Installs the packages as the lock file has them. */
  readonly install: string | undefined;
}

/**
 * Looks at the files of a project; nothing is run.
 * @param from the runner that it has, whatever its files say.
 * @throws MsgdbError MSGDB_USAGE for a runner that is not known.
 */
export async function recogniseProject(projectDir: string, from: string | undefined): Promise<Project> {
  const found = await findRunners(projectDir);
  const manifest = await readFile(join(projectDir, 'package.json'), 'utf8').catch(() => undefined);
  const lock = await firstThatExists(
    projectDir,
    INSTALLS.map(([file]) => file),
  );
  const install = INSTALLS.find(([file]) => file === lock)?.[1] ?? 'npm install';
  return {
    runners: from === undefined ? found : [chooseRunner(from, found)],
    libraries: await findLibraries(projectDir),
    sources: await findSources(projectDir),
    schemaFile: await firstThatExists(projectDir, SCHEMA_FILES),
    variable: await findDatabaseVariable(projectDir),
    ci: await findCi(projectDir),
    manifest,
    install: manifest === undefined ? undefined : install,
  };
}

/** By the lock file that is there. */
const INSTALLS = [
  ['package-lock.json', 'npm ci'],
  ['pnpm-lock.yaml', 'corepack enable && pnpm install --frozen-lockfile'],
  ['yarn.lock', 'corepack enable && yarn install --frozen-lockfile'],
  ['bun.lock', 'npx --yes bun install --frozen-lockfile'],
] as const;

/** Dumps of a schema, and what it is made of. */
const SCHEMA_FILES = [
  'db/structure.sql',
  'db/schema.sql',
  'schema.sql',
  'prisma/schema.prisma',
  'schema.prisma',
  'src/db/schema.ts',
  'src/schema.ts',
  'db/schema.ts',
  'db/schema.rb',
] as const;

function chooseRunner(from: string, found: readonly FoundRunner[]): FoundRunner {
  const runner = knownRunner(from);
  if (!runner) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `--from ${from} is not a runner that is known.`,
      fix: `Name one of ${KNOWN_RUNNERS.map(({ name }) => name).join(', ')}.`,
    });
  }
  return found.find((each) => each.runner === runner) ?? { runner, folder: undefined, migrations: 0, sign: '--from' };
}

async function firstThatExists(projectDir: string, files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const there = await access(join(projectDir, file)).then(
      () => true,
      () => false,
    );
    if (there) return file;
  }
  return undefined;
}

/** The same for people: what was found, and where it says so. */
export function describeProject({
  runners,
  libraries,
  sources,
  schemaFile,
  variable,
  ci,
}: Project): readonly Recognised[] {
  return [
    ...runners.map(({ runner, folder, migrations, sign }) => ({
      what: 'runner' as const,
      name: runner.title,
      where:
        folder === undefined
          ? sign
          : migrations === 1
            ? `1 migration in ${folder}`
            : `${migrations} migrations in ${folder}`,
    })),
    ...libraries.map((name) => ({ what: 'library' as const, name, where: '' })),
    ...(sources.length > 0 ? [{ what: 'sources' as const, name: sources.join(', '), where: '' }] : []),
    ...(schemaFile === undefined ? [] : [{ what: 'schema file' as const, name: schemaFile, where: '' }]),
    ...(variable ? [{ what: 'database URL' as const, name: variable.name, where: variable.file }] : []),
    ...(ci ? [{ what: 'CI' as const, name: ci.title, where: ci.sign }] : []),
  ];
}
