import { readFile } from 'node:fs/promises';
import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';

/** A file all of whose imports are there. */
export interface LinkedModule {
  /** Gives what it exports. */
  run(): Promise<object>;
}

/** What only jiti provides. Such a word in a text or a comment costs time, nothing else. */
const NEEDS_JITI = /\bimport\s*[.(]|\b(?:require|module|exports|__dirname|__filename)\b/;

/** `f<T>(x)` is two comparisons where types are not known. */
const MAY_HAVE_TYPE_ARGUMENTS = /<[^>]+>\s*[(`]/;

/**
 * Reads a file as Node reads modules: one that imports nothing but msgdb and Node's own modules, as most migrations do.
 * Types are taken out where Node can do so (22.13). Loading jiti and its compiler takes five times as long (decision 0036).
 * @returns nothing for any other file, and for one with an error in it: nothing of it has run.
 */
export async function linkModule(path: string, libraryEntry: string | undefined): Promise<LinkedModule | undefined> {
  if ((vm as Partial<typeof vm>).SourceTextModule === undefined) return undefined;
  const text = await readFile(path, 'utf8');
  if (NEEDS_JITI.test(text)) return undefined;
  try {
    const linked = parse(text, path);
    await linked?.link(async (specifier) => borrow(specifier, libraryEntry));
    return linked && { run: async () => run(linked) };
  } catch {
    return undefined;
  }
}

async function run(linked: vm.SourceTextModule): Promise<object> {
  await linked.evaluate();
  return linked.namespace;
}

function parse(text: string, path: string): vm.SourceTextModule | undefined {
  const typed = /\.m?ts$/.test(path);
  if (typed && MAY_HAVE_TYPE_ARGUMENTS.test(text)) return parseTyped(text, path);
  try {
    return new vm.SourceTextModule(text, { identifier: path });
  } catch (error) {
    if (typed) return parseTyped(text, path);
    throw error;
  }
}

/** Types become blanks: lines and columns stay what they are. */
function parseTyped(text: string, path: string): vm.SourceTextModule | undefined {
  const { stripTypeScriptTypes } = nodeModule as { stripTypeScriptTypes?: (code: string) => string };
  if (stripTypeScriptTypes === undefined) return undefined;
  return new vm.SourceTextModule(stripTypeScriptTypes(text), { identifier: path });
}

async function borrow(specifier: string, libraryEntry: string | undefined): Promise<vm.Module> {
  const exported = await importKnown(specifier, libraryEntry);
  const names = Object.keys(exported);
  const lent = new vm.SyntheticModule(names, () => {
    for (const name of names) lent.setExport(name, exported[name]);
  });
  return lent;
}

async function importKnown(specifier: string, libraryEntry: string | undefined): Promise<Record<string, unknown>> {
  if (specifier === 'msgdb' && libraryEntry !== undefined) return await import(pathToFileURL(libraryEntry).href);
  if (nodeModule.isBuiltin(specifier)) return await import(specifier);
  throw new Error(`${specifier} is left to jiti`);
}
