/** Where an object of a JSON text is: behind its opening bracket, and at its closing one. */
interface Extent {
  readonly inside: number;
  readonly end: number;
}

/**
 * Adds a script to the text of a package.json, which is otherwise left as it is: order, indentation, line ends, and what
 * is at its end. Undefined where the text is not that of an object, or has a script of that name.
 */
export function addScript(text: string, name: string, command: string): string | undefined {
  const manifest = parse(text);
  if (!manifest || scriptOf(manifest, name) !== undefined) return undefined;
  const added = manifest.scripts === undefined ? addSection(text, name, command) : addEntry(text, name, command);
  // What comes out is what was meant, or nothing is written.
  const wanted = { ...manifest, scripts: { ...asRecord(manifest.scripts), [name]: command } };
  return added !== undefined && JSON.stringify(parse(added)) === JSON.stringify(wanted) ? added : undefined;
}

/** The script of that name, where there is one. */
export function scriptIn(text: string, name: string): string | undefined {
  const manifest = parse(text);
  return manifest && scriptOf(manifest, name);
}

function scriptOf(manifest: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const script = asRecord(manifest.scripts)[name];
  return script === undefined ? undefined : String(script);
}

function addEntry(text: string, name: string, command: string): string | undefined {
  const found = findObject(text, 'scripts');
  if (!found) return undefined;
  const body = text.slice(found.inside, found.end);
  const room = /^\s*/.exec(body)?.[0] ?? '';
  const entry = entryOf(text, name, command);
  if (body.trim() !== '') return insert(text, found.inside + body.trimEnd().length, `,${room}${entry}`);
  const outer = roomOf(text);
  const inner = outer + outer.replace(/^.*\n/s, '');
  return text.slice(0, found.inside) + inner + entry + outer + text.slice(found.end);
}

function addSection(text: string, name: string, command: string): string | undefined {
  const found = findObject(text, undefined);
  if (!found) return undefined;
  const body = text.slice(found.inside, found.end);
  const room = roomOf(text);
  const inner = room + room.replace(/^.*\n/s, '');
  const colon = room === '' ? ':' : ': ';
  const section = `"scripts"${colon}{${inner}${entryOf(text, name, command)}${room}}`;
  if (body.trim() !== '') return insert(text, found.inside + body.trimEnd().length, `,${room}${section}`);
  return `${text.slice(0, found.inside)}\n  ${section}\n${text.slice(found.end)}`;
}

function entryOf(text: string, name: string, command: string): string {
  return `${JSON.stringify(name)}${roomOf(text) === '' ? ':' : ': '}${JSON.stringify(command)}`;
}

/** What stands in front of the first key: a line end and the indentation, or nothing. */
function roomOf(text: string): string {
  return /^\uFEFF?\s*\{(\s*)/.exec(text)?.[1] ?? '';
}

function insert(text: string, place: number, added: string): string {
  return text.slice(0, place) + added + text.slice(place);
}

/** The whole object, or that of one of its own keys. */
function findObject(text: string, key: string | undefined): Extent | undefined {
  let depth = 0;
  let inside: number | undefined;
  let last = '';
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') {
      depth += 1;
      const wanted = key === undefined ? depth === 1 : depth === 2 && token === '{' && last === JSON.stringify(key);
      if (wanted && inside === undefined) inside = index + 1;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      if (inside !== undefined && depth === (key === undefined ? 0 : 1)) return { inside, end: index };
    }
    last = token;
  }
  return undefined;
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
