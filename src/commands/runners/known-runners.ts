/** A runner of migrations as its users know it. How those that are SQL are read is in `runners`. */
export interface KnownRunner {
  /** As in `--runner` and `--from`. */
  readonly name: string;
  readonly title: string;
  /** Runs the pending migrations. */
  readonly deploy: string;
  /** How `preflight` comes to see the pending ones. */
  readonly check: Check;
  /** By what a project of it is known, where its migrations are not SQL; otherwise by its folder. */
  readonly signs?: Signs;
}

/** Read from their files, printed by a command as SQL, or not to be had: they are code. */
export type Check =
  | { readonly kind: 'files' }
  | { readonly kind: 'printed'; readonly command: string }
  | { readonly kind: 'none' };

export interface Signs {
  /** Files that only its projects have. */
  readonly files: readonly string[];
  /** A package that counts where a folder has its migrations. */
  readonly package?: string;
  /** Where its projects have their migrations by convention. */
  readonly folders: readonly string[];
  /** What the name of a migration is like. */
  readonly migration: RegExp;
  /** How one of the files names another folder. */
  readonly folder?: RegExp;
}

const FILES: Check = { kind: 'files' };
const NONE: Check = { kind: 'none' };

const DJANGO_SQL =
  "python manage.py showmigrations --plan | sed -n 's/^\\[ \\]  \\([^.]*\\)\\.\\([^ ]*\\).*/\\1 \\2/p' | " +
  'while read -r app name; do python manage.py sqlmigrate "$app" "$name"; done';
const ALEMBIC_SQL = 'alembic upgrade "$(alembic current | cut -d " " -f 1 | grep . || echo base):head" --sql';
const NODE_PG_MIGRATE_SQL = 'npx node-pg-migrate up --dry-run';

/** In the order in which they are named to people. */
export const KNOWN_RUNNERS: readonly KnownRunner[] = [
  { name: 'prisma', title: 'Prisma', deploy: 'npx prisma migrate deploy', check: FILES },
  { name: 'drizzle', title: 'Drizzle', deploy: 'npx drizzle-kit migrate', check: FILES },
  { name: 'supabase', title: 'Supabase', deploy: 'supabase db push', check: FILES },
  { name: 'flyway', title: 'Flyway', deploy: 'flyway migrate', check: FILES },
  { name: 'golang-migrate', title: 'golang-migrate', deploy: 'migrate up', check: FILES },
  { name: 'dbmate', title: 'dbmate', deploy: 'dbmate up', check: FILES },
  {
    name: 'node-pg-migrate',
    title: 'node-pg-migrate',
    deploy: 'npx node-pg-migrate up',
    check: { kind: 'printed', command: NODE_PG_MIGRATE_SQL },
    signs: {
      files: ['.node-pg-migraterc'],
      package: 'node-pg-migrate',
      folders: ['migrations'],
      migration: /^\d{13,17}[_-].*\.(?:[cm]?[jt]s|sql)$/,
    },
  },
  {
    name: 'knex',
    title: 'Knex',
    deploy: 'npx knex migrate:latest',
    check: NONE,
    signs: {
      files: ['knexfile.js', 'knexfile.ts', 'knexfile.cjs', 'knexfile.mjs'],
      folders: ['migrations', 'db/migrations', 'src/migrations', 'src/db/migrations'],
      migration: /^\d{14}_.*\.[cm]?[jt]s$/,
      folder: /\bdirectory\s*:\s*["'`]([^"'`]+)["'`]/,
    },
  },
  {
    name: 'typeorm',
    title: 'TypeORM',
    deploy: 'npx typeorm migration:run',
    check: NONE,
    signs: {
      files: ['ormconfig.json', 'ormconfig.js', 'ormconfig.ts'],
      package: 'typeorm',
      folders: ['src/migrations', 'src/migration', 'migrations', 'src/database/migrations', 'src/db/migrations'],
      migration: /^\d{13}-.*\.[jt]s$/,
    },
  },
  {
    name: 'sequelize',
    title: 'Sequelize',
    deploy: 'npx sequelize-cli db:migrate',
    check: NONE,
    signs: {
      files: ['.sequelizerc'],
      package: 'sequelize-cli',
      folders: ['migrations', 'db/migrations', 'src/migrations', 'database/migrations'],
      migration: /^\d{14}-.*\.[cm]?[jt]s$/,
      folder: /migrations-path["']?\s*:\s*(?:path\.resolve\(\s*)?(?:__dirname\s*,\s*)?["'`]([^"'`]+)["'`]/,
    },
  },
  {
    name: 'rails',
    title: 'Rails',
    deploy: 'bin/rails db:migrate',
    check: NONE,
    signs: { files: ['config/application.rb'], folders: ['db/migrate'], migration: /^\d{14}_.*\.rb$/ },
  },
  {
    name: 'django',
    title: 'Django',
    deploy: 'python manage.py migrate',
    check: { kind: 'printed', command: DJANGO_SQL },
    signs: { files: ['manage.py'], folders: [], migration: /^\d{4}_.*\.py$/ },
  },
  {
    name: 'alembic',
    title: 'Alembic',
    deploy: 'alembic upgrade head',
    check: { kind: 'printed', command: ALEMBIC_SQL },
    signs: {
      files: ['alembic.ini'],
      folders: ['alembic/versions', 'migrations/versions'],
      migration: /^.*\.py$/,
    },
  },
  {
    name: 'laravel',
    title: 'Laravel',
    deploy: 'php artisan migrate',
    check: NONE,
    signs: { files: ['artisan'], folders: ['database/migrations'], migration: /^\d{4}_.*\.php$/ },
  },
  {
    name: 'ecto',
    title: 'Ecto',
    deploy: 'mix ecto.migrate',
    check: NONE,
    signs: { files: ['mix.exs'], folders: ['priv/repo/migrations'], migration: /^\d{14}_.*\.exs$/ },
  },
  { name: 'sql', title: 'a folder of SQL files', deploy: 'your own command', check: FILES },
];

/** @returns undefined for a name that is not in the table. */
export function knownRunner(name: string): KnownRunner | undefined {
  return KNOWN_RUNNERS.find((each) => each.name === name);
}
