import { basename } from 'node:path';
import { type IsIgnored, readGitIgnore } from './git-ignore.ts';

/** Folders that hold other people's code, or what is made of this one. */
const NEVER_SOURCE: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'third_party',
  'Pods',
  'dist',
  'venv',
  'site-packages',
  '__pycache__',
]);

/** Folders that builds write to, whose names people give to folders of source as well. */
const MAYBE_BUILT: ReadonlySet<string> = new Set(['build', 'out', 'target', 'obj', 'coverage', 'deps', '_build']);

/** Decides which folders are not entered. */
export class PassedOver {
  readonly #isIgnored: IsIgnored | undefined;

  constructor(isIgnored: IsIgnored | undefined) {
    this.#isIgnored = isIgnored;
  }

  /** For what is at or below a path. */
  static async below(path: string): Promise<PassedOver> {
    return new PassedOver(await readGitIgnore(path));
  }

  /** In a repository what a build writes is ignored by git; elsewhere only its name is known. */
  async has(folder: string): Promise<boolean> {
    const name = basename(folder);
    if (name.startsWith('.') || NEVER_SOURCE.has(name)) return true;
    return MAYBE_BUILT.has(name) && (this.#isIgnored === undefined || (await this.#isIgnored(folder)));
  }
}
