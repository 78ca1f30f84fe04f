import { Deadline, OutOfTime } from '../deadline.ts';
import { readSource } from '../files/read-source.ts';
import { KOTLIN, SCALA } from '../jvm/dialects.ts';
import { readJvmStrings } from '../jvm/scan-strings.ts';
import { languageOf } from '../languages.ts';
import type { Grammars } from '../syntax/grammars.ts';
import { readImports } from '../syntax/imports.ts';
import { Reader } from '../syntax/reader.ts';
import type { ForeignPlace, ModuleFinder } from './find-modules.ts';

/** In how many files a constant is looked for: a package may have more. */
const MOST_FILES = 200;
/** How many names of one file are looked for. */
const MOST_NAMES = 500;

/** Reads the constants of other files, each once. */
export class ForeignConstants {
  readonly #finder: ModuleFinder;
  readonly #grammars: Grammars;
  readonly #read = new Map<string, Promise<string | undefined>>();

  constructor(finder: ModuleFinder, grammars: Grammars) {
    this.#finder = finder;
    this.#grammars = grammars;
  }

  /** The texts that other files give to names of a file; a name that two of them give is left out. */
  async read(file: string, text: string, wanted: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    const using = { file, text, imports: readImports(file, text) };
    for (const reference of wanted.slice(0, MOST_NAMES)) {
      const place = this.#finder.find(using, reference);
      const value = place && place.files.length <= MOST_FILES ? await this.#readPlace(place) : undefined;
      if (value !== undefined) found.set(reference, value);
    }
    return found;
  }

  async #readPlace({ name, files }: ForeignPlace): Promise<string | undefined> {
    const values = new Set<string>();
    for (const file of new Set(files)) {
      const key = `${file} ${name}`;
      const reading = this.#read.get(key) ?? this.#readConstant(file, name);
      this.#read.set(key, reading);
      const value = await reading;
      if (value !== undefined) values.add(value);
    }
    return values.size === 1 ? [...values][0] : undefined;
  }

  async #readConstant(file: string, name: string): Promise<string | undefined> {
    const language = languageOf(file);
    const source = readSource(file);
    if (!language || source.kind === 'skipped' || !source.bytes.includes(name)) return undefined;
    const text = source.bytes.toString('utf8');
    const deadline = new Deadline();
    try {
      switch (language.kind) {
        case 'grammar':
          return await this.#grammars.withTree(language.grammar, text, deadline, async (root) =>
            new Reader(root, deadline).constant(name),
          );
        case 'kotlin':
          return readJvmStrings(text, KOTLIN, deadline).constant(name);
        case 'scala':
          return readJvmStrings(text, SCALA, deadline).constant(name);
        default:
          return undefined;
      }
    } catch (error) {
      if (error instanceof OutOfTime) return undefined;
      throw error;
    }
  }
}
