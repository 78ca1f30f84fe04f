import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';

/** The same options, with the names of files. */
export function resolveRange<Options extends { readonly to?: string | undefined; readonly only?: string | undefined }>(
  options: Options,
  files: readonly MigrationFile[],
): Options {
  return { ...options, to: resolveTo(options.to, files), only: resolveTo(options.only, files, '--only') };
}

/**
 * A migration by its name or the number it begins with.
 * @throws MsgdbError MSGDB_USAGE
 */
export function resolveTo(to: string | undefined, files: readonly MigrationFile[], asked = '--to'): string | undefined {
  if (to === undefined) return undefined;
  const found = files.filter((file) => file.name === to || file.name.startsWith(`${to}-`));
  const [only, ...more] = found;
  if (only && more.length === 0) return only.name;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${asked} ${to} names ${found.length === 0 ? 'no migration' : 'more than one migration'}.`,
    why: `${asked} takes the name of a migration, or the number it begins with.`,
    fix: `The migrations are ${files.map((file) => file.name).join(', ') || 'none'}.`,
  });
}
