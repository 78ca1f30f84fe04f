import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Loaded, type LoadResult, loadModules as load } from '../../src/loader/load-modules.ts';
import type { LoadOrder } from '../../src/loader/messages.ts';

/** Built: a thread would compile the sources of the library again. */
const LIBRARY = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

/** What files of this text export, by the text. */
const known = new Map<string, Pick<Loaded, 'hasDefault' | 'exported'>>();

/**
 * Stands in for `src/loader/load-modules` in tests with a database (vitest.config.ts): a thread and a compiler for each
 * command took 0.2 s of a core, and most of the time of many tests. A text that was loaded once is not loaded again, and
 * `export default` with JSON after it is read as that. `test/unit/engine/load-migrations.test.ts`, and whatever runs the
 * program as a process, load for themselves.
 */
export async function loadModules(order: LoadOrder, signal?: AbortSignal): Promise<LoadResult> {
  const texts = await Promise.all(order.paths.map(async (path) => readFile(path, 'utf8').catch(() => undefined)));
  const remembered = texts.map((text) => (text === undefined ? undefined : (known.get(text) ?? readData(text))));
  if (!signal?.aborted && remembered.every((each) => each !== undefined)) {
    return remembered.map((each, place) => ({
      kind: 'loaded',
      path: order.paths[place] ?? '',
      ...structuredClone(each),
    }));
  }
  const result = await load({ ...order, libraryEntry: LIBRARY }, signal);
  if ('kind' in result) return result;
  for (const [place, { hasDefault, exported }] of result.entries()) {
    const text = texts[place];
    if (text !== undefined) known.set(text, structuredClone({ hasDefault, exported }));
  }
  return result;
}

function readData(text: string): Pick<Loaded, 'hasDefault' | 'exported'> | undefined {
  const [, json] = /^export default (\{.*\});\s*$/s.exec(text) ?? [];
  if (json === undefined) return undefined;
  try {
    return { hasDefault: true, exported: JSON.parse(json) };
  } catch {
    return undefined;
  }
}
