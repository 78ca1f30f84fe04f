import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The environment variable that holds the URL of the database. */
export interface DatabaseVariable {
  readonly name: string;
  /** Where it is named. */
  readonly file: string;
}

/** Files that name it, those of runners first. */
const FILES = [
  'prisma/schema.prisma',
  'schema.prisma',
  'prisma.config.ts',
  'prisma.config.js',
  'drizzle.config.ts',
  'drizzle.config.js',
  'drizzle.config.mjs',
  'knexfile.ts',
  'knexfile.js',
  'knexfile.cjs',
  'knexfile.mjs',
  'src/data-source.ts',
  'data-source.ts',
  'ormconfig.js',
  'ormconfig.ts',
  'config/config.js',
  'config/database.js',
  'config/database.yml',
  'alembic/env.py',
  'migrations/env.py',
  'alembic.ini',
  'config/runtime.exs',
  'atlas.hcl',
];

const DOTENV = ['.env', '.env.local', '.env.example', '.env.sample'];

/** `env("X")`, `process.env.X`, `Deno.env.get('X')`, `os.environ["X"]`, `ENV.fetch("X")`, `System.get_env("X")`, `getenv("X")`. */
const NAMED =
  /(?:\benv\s*\.?\s*(?:get)?\s*\(\s*["'`]|\benv\s*\[\s*["'`]|process\.env\.|\benviron(?:\.get)?\s*[([]\s*["']|\bENV(?:\.fetch)?\s*[([]\s*["']|get_?env!?\s*\(\s*["'])([A-Z][A-Z0-9_]*)/g;

/** Not of a test, of Prisma's shadow database, of a cache, or for a browser. */
const OTHER = /(?:^|_)(?:SHADOW|TEST|REDIS|PUBLIC|MONGO|AMQP|MYSQL|API|SITE|APP|BASE)_/;

/** Around a pooler, where there are both: builds and locks need a session. */
const DIRECT = /DIRECT|NON_POOLING|UNPOOLED|SESSION/;

/** Where a runner's file names one, that; else one of `.env` that holds the URL of a PostgreSQL. */
export async function findDatabaseVariable(projectDir: string): Promise<DatabaseVariable | undefined> {
  const named: DatabaseVariable[] = [];
  for (const file of [...FILES, ...(await settingsOfDjango(projectDir))]) {
    const text = await readFile(join(projectDir, file), 'utf8').catch(() => '');
    named.push(...variablesIn(text).map((name) => ({ name, file })));
  }
  for (const file of DOTENV) {
    const text = await readFile(join(projectDir, file), 'utf8').catch(() => '');
    const names = [...text.matchAll(/^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*["']?postgres(?:ql)?:\/\//gm)];
    named.push(...names.map(([, name = '']) => ({ name, file })).filter(({ name }) => !OTHER.test(name)));
  }
  const [first] = named;
  const inFirst = named.filter(({ file }) => file === first?.file);
  return inFirst.find(({ name }) => DIRECT.test(name)) ?? first;
}

function variablesIn(text: string): readonly string[] {
  const code = text.replaceAll(/^\s*(?:\/\/|#).*$/gm, '');
  return [...code.matchAll(NAMED)]
    .map(([, name = '']) => name)
    .filter((name) => /(?:URL|URI|DSN)(?:_|$)/.test(name) && !OTHER.test(name));
}

/** The module that manage.py names. */
async function settingsOfDjango(projectDir: string): Promise<readonly string[]> {
  const text = await readFile(join(projectDir, 'manage.py'), 'utf8').catch(() => '');
  const module = /DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']/.exec(text)?.[1];
  return module === undefined ? [] : [`${module.replaceAll('.', '/')}.py`];
}
