import { SourceMap, type SourceMapPayload } from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from './messages.ts';

/** msgdb itself: its frames of a stack say nothing of the user's file. */
const OURS = fileURLToPath(new URL('..', import.meta.url));

/** jiti writes the head of a function before what it runs, which would move the columns of the first line. */
export const LINE_BEFORE = '\n';

const AT = /(?:^|[\s(])((?:file:\/\/|\/|[A-Za-z]:\\)[^()\n]*?):(\d+):(\d+)\)?$/gm;

/**
 * The innermost place that is the user's own code; for a syntax error, the one that the parser's message names.
 * @param compiled what was run in place of a file, with a source map inside: columns are those of the file.
 */
export function findPlace(
  { message, stack = '' }: Pick<Error, 'message' | 'stack'>,
  compiled: ReadonlyMap<string, string>,
): Place | undefined {
  const [named] = placesIn(message);
  const [run] = placesIn(stack.slice(stack.indexOf(message) + message.length));
  return named ?? (run && asWritten(run, compiled.get(run.file)));
}

function placesIn(text: string): readonly Place[] {
  return [...text.matchAll(AT)]
    .map(([, written = '', line, column]) => ({
      file: written.startsWith('file://') ? fileURLToPath(written) : written,
      line: Number(line),
      column: Number(column),
    }))
    .filter(({ file }) => !file.includes(`${sep}node_modules${sep}`) && !file.startsWith(OURS));
}

function asWritten(place: Place, code: string | undefined): Place {
  const map = /sourceMappingURL=data:[^,]*,(.*)/.exec(code ?? '')?.[1];
  if (map === undefined) return place;
  const payload = JSON.parse(Buffer.from(map, 'base64').toString()) as SourceMapPayload;
  const entry = new SourceMap(payload).findEntry(place.line - 1 - LINE_BEFORE.length, place.column - 1);
  if (!('originalLine' in entry)) return place;
  return { ...place, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}
