/** Runners whose names flags take. A copy of their tables in `commands`, which the help would be slow to load. */
const READ = ['prisma', 'drizzle', 'supabase', 'flyway', 'golang-migrate', 'dbmate'];
const PRINTING = ['node-pg-migrate', 'knex', 'typeorm', 'sequelize', 'rails', 'django', 'alembic', 'laravel', 'ecto'];
const WRITTEN_IN_CODE = ['node-pg-migrate', 'knex', 'rails', 'alembic'];

/** Whose files `preflight` reads. */
export const PREFLIGHT_RUNNERS: readonly string[] = [...READ, 'sql'];
/** Whose form `new --emit` writes. */
export const EMIT_RUNNERS: readonly string[] = [...READ, ...WRITTEN_IN_CODE, 'sql'];
/** What `init` recognises. */
export const PROJECT_RUNNERS: readonly string[] = [...READ, ...PRINTING, 'sql'];

/** `a, b or c`. */
export function inWords(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
