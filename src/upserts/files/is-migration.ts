import { dirname, relative, resolve } from 'node:path';

/** How sql-migrate, goose, dbmate and Liquibase mark the SQL that they run. */
const MARKER = /^--\s*(?:\+(?:migrate|goose)\s+up|migrate:up|liquibase\s+formatted\s+sql)\b/im;

/**
 * Is the file a migration, by its folder or by what its tool wrote into it? What it says was true of the schema when it
 * ran: it is not judged by what has become of that since, unless somebody asks for it or its folder.
 */
export function isMigration(file: string, text: string): boolean {
  return isInMigrations(file) || (file.endsWith('.sql') && MARKER.test(text));
}

/** Is one of the paths a migration, a folder of migrations, or the file itself or its folder? */
export function isAskedFor(file: string, { root, paths }: { root: string; paths: readonly string[] }): boolean {
  const own = resolve(root, file);
  return paths.some((path) => {
    const given = resolve(root, path);
    if (relative(root, given) === '') return false;
    return isInMigrations(path) || given === own || given === dirname(own);
  });
}

function isInMigrations(path: string): boolean {
  return /(?:^|[\\/])(?:migrations?|migrate)(?:[\\/]|$)/i.test(path);
}
