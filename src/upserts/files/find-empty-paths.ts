import { realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';

/** A path that was searched, and in which there is no source to read. */
export interface EmptyPath {
  /** As it was given. */
  readonly path: string;
  /** Where it leads. */
  readonly absolute: string;
  /** Files of other kinds that are there. */
  readonly others: number;
}

/** The files that were met, by their absolute paths: those of a language that is read, and the others. */
interface MetPaths {
  readonly known: readonly string[];
  readonly others: readonly string[];
}

/** A wrong path is one of several as easily as the only one, so each is asked for by itself. */
export async function findEmptyPaths(
  { root, paths }: { readonly root: string; readonly paths: readonly string[] },
  { known, others }: MetPaths,
): Promise<readonly EmptyPath[]> {
  const empty: EmptyPath[] = [];
  for (const path of paths) {
    const absolute = await realpath(resolve(root, path));
    const isAt = (file: string): boolean =>
      file === absolute || file.startsWith(absolute.endsWith(sep) ? absolute : absolute + sep);
    if (!known.some(isAt)) empty.push({ path, absolute, others: others.filter(isAt).length });
  }
  return empty;
}
