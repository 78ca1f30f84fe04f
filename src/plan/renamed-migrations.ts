import { type Checksums, hasContent } from '../model/checksum.ts';

/** A migration of the history whose file has another name now. */
export interface Renamed {
  readonly from: string;
  readonly to: string;
}

interface Recorded {
  readonly name: string;
  readonly checksum: string;
  readonly state: 'running' | 'done' | 'failed' | 'rolled back';
}

/**
 * Migrations of which something is in the database, whose file is gone, and whose content is that of one file that the
 * history does not know. Where two files or two migrations have that content, none is taken for the other.
 */
export function findRenamed(
  files: readonly (Checksums & { readonly name: string })[],
  history: readonly Recorded[],
): readonly Renamed[] {
  const unknown = files.filter(({ name }) => !history.some((row) => row.name === name));
  const lost = history.filter(
    ({ name, state }) => (state === 'done' || state === 'running') && !files.some((file) => file.name === name),
  );
  return lost.flatMap((row) => {
    const [file, ...more] = unknown.filter((each) => hasContent(each, row.checksum));
    if (file === undefined || more.length > 0) return [];
    const alike = lost.filter((each) => hasContent(file, each.checksum));
    return alike.length === 1 ? [{ from: row.name, to: file.name }] : [];
  });
}
