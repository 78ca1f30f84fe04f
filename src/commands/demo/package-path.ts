import { fileURLToPath } from 'node:url';

/** Absolute path of a file that is shipped in the package. src/ and dist/ lie at the same depth. */
export function packagePath(file: string): string {
  return fileURLToPath(new URL(`../../../${file}`, import.meta.url));
}
