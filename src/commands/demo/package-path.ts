import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const ROOT = dirname(createRequire(import.meta.url).resolve('msgdb/package.json'));

/** Absolute path of a file that is shipped in the package, which resolves its own name from wherever it was bundled to. */
export function packagePath(file: string): string {
  return join(ROOT, file);
}
