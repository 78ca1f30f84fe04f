/** What a file calls by a name of its own: `import { accounts as a } from './schema'`. */
export interface Import {
  /** The module as it is written, its parts joined by dots; of JavaScript and Go the path. */
  readonly from: string;
  /** The name that it has there; `*` for the module itself. */
  readonly name: string;
}

/** The imports of a file by the name that each has in it. A name that stands for two things is left out. */
export type Imports = ReadonlyMap<string, Import>;

/** Reads the imports of a file by the end of its name; none of a language of which they are not known. */
export function readImports(file: string, text: string): Imports {
  const found = new Map<string, Import>();
  const twice = new Set<string>();
  for (const [name, each] of importsIn(file, text)) {
    const known = found.get(name);
    if (known && (known.from !== each.from || known.name !== each.name)) twice.add(name);
    found.set(name, each);
  }
  for (const name of twice) found.delete(name);
  return found;
}

type Named = readonly [string, Import];

function importsIn(file: string, text: string): Iterable<Named> {
  switch (/\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase()) {
    case 'rs':
      return readUses(text);
    case 'py':
      return readPython(text);
    case 'php':
      return readPhp(text);
    case 'go':
      return readGo(text);
    case 'java':
    case 'kt':
    case 'kts':
      return readJvm(text);
    case 'scala':
      return readScala(text);
    case 'cs':
      return readCsharp(text);
    case 'ex':
    case 'exs':
      return readElixir(text);
    default:
      return readJavascript(text);
  }
}

/** `a`, `a as b`, `a: b`, `a => b`, `type a` in braces, separated by commas. */
function* listed(list: string, from: string): Generator<Named> {
  for (const item of list.split(',')) {
    const [, name = '', alias] = /^\s*(?:type\s+)?([\w$.]+)\s*(?:(?:\bas\b|:|=>)\s*([\w$]+))?\s*$/.exec(item) ?? [];
    if (name !== '') yield [alias ?? name, { from, name }];
  }
}

function* readJavascript(text: string): Generator<Named> {
  const named = /\b(?:import|export)\s*(?:[\w$]+\s*,\s*)?\{([^{}]{0,5000})\}\s*from\s*['"]([^'"\n]+)['"]/g;
  for (const [, list = '', from = ''] of text.matchAll(named)) yield* listed(list, from);
  for (const [, name = '', from = ''] of text.matchAll(/\bimport\s*\*\s*as\s+([\w$]+)\s+from\s*['"]([^'"\n]+)['"]/g)) {
    yield [name, { from, name: '*' }];
  }
  const required = /\b(?:const|let|var)\s+(?:\{([^{}]{0,2000})\}|([\w$]+))\s*=\s*require\(\s*['"]([^'"\n]+)['"]/g;
  for (const [, list, name, from = ''] of text.matchAll(required)) {
    if (list !== undefined) yield* listed(list, from);
    else if (name !== undefined) yield [name, { from, name: '*' }];
  }
}

function* readPython(text: string): Generator<Named> {
  const named = /^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\(([^()]{0,5000})\)|([^\n(]+))/gm;
  for (const [, from = '', inParentheses, inLine = ''] of text.matchAll(named)) {
    yield* listed((inParentheses ?? inLine).replaceAll(/#[^\n]*/g, ''), from);
  }
  for (const [, list = ''] of text.matchAll(/^[ \t]*import[ \t]+([^\n]+)/gm)) {
    for (const [name, each] of listed(list, '')) yield [name, { from: each.name, name: '*' }];
  }
}

/** `use App\Models\Account as A;`, `use App\Models\{Account as A, User};` */
function* readPhp(text: string): Generator<Named> {
  const uses = /^[ \t]*use\s+(?:const\s+)?\\?([\w\\]+?)(?:\\\{([^{}]{0,2000})\}|(?:\s+as\s+(\w+))?)\s*;/gm;
  for (const [, path = '', list, alias] of text.matchAll(uses)) {
    const parts = path.split('\\');
    if (list !== undefined) yield* listed(list.replaceAll('\\', '.'), parts.join('.'));
    else yield importOf(parts, alias);
  }
}

/** `import m "example.com/models"`, alone or in parentheses, and `type A = models.Account`. */
function* readGo(text: string): Generator<Named> {
  const specs = /^[ \t]*(?:import[ \t]+)?(?:(\w+)[ \t]+)?"([\w./~-]+)"[ \t]*(?:\/\/[^\n]*)?\r?$/gm;
  for (const [, alias, path = ''] of text.matchAll(specs)) {
    const parts = path.split('/').filter((part) => !/^v\d+$/.test(part));
    yield [alias ?? parts.at(-1) ?? path, { from: path, name: '*' }];
  }
  for (const [, alias = '', from = '', name = ''] of text.matchAll(
    /^type[ \t]+(\w+)[ \t]*=[ \t]*(?:(\w+)\.)?(\w+)/gm,
  )) {
    yield [alias, { from, name }];
  }
}

function* readJvm(text: string): Generator<Named> {
  for (const [, path = '', alias] of text.matchAll(
    /^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+)(?:[ \t]+as[ \t]+(\w+))?/gm,
  )) {
    yield importOf(path.split('.'), alias);
  }
}

/** `import a.b.{C => D, E}`, `import a.b.C` */
function* readScala(text: string): Generator<Named> {
  const imports = /^[ \t]*import[ \t]+([\w.]+?)(?:\.\{([^{}]{0,2000})\}|(?:[ \t]+as[ \t]+(\w+))?)[ \t]*\r?$/gm;
  for (const [, path = '', list, alias] of text.matchAll(imports)) {
    if (list !== undefined) yield* listed(list, path);
    else yield importOf(path.split('.'), alias);
  }
}

/** `using A = Shop.Models.Account;` */
function* readCsharp(text: string): Generator<Named> {
  for (const [, alias, path = ''] of text.matchAll(
    /^[ \t]*(?:global[ \t]+)?using[ \t]+(\w+)[ \t]*=[ \t]*([\w.]+)[ \t]*;/gm,
  )) {
    yield importOf(path.split('.'), alias);
  }
}

/** `alias Shop.Account, as: A`, `alias Shop.{Account, User}` */
function* readElixir(text: string): Generator<Named> {
  const aliases = /^[ \t]*alias[ \t]+([\w.]+?)(?:\.\{([^{}]{0,2000})\}|(?:,[ \t]*as:[ \t]*(\w+))?)[ \t]*\r?$/gm;
  for (const [, path = '', list, alias] of text.matchAll(aliases)) {
    if (list !== undefined) yield* listed(list, path);
    else yield importOf(path.split('.'), alias);
  }
}

function importOf(path: readonly string[], alias: string | undefined): Named {
  const name = path.at(-1) ?? '';
  return [alias ?? name, { from: path.slice(0, -1).join('.'), name }];
}

/** The depth of braces in braces. */
const DEEPEST_USE = 8;
const LONGEST_USE = 5_000;

/** Rust: `use crate::schema::{accounts as a, users::{self, dsl::users as u}};` */
function* readUses(text: string): Generator<Named> {
  let end = -1;
  for (const { index, 0: use } of text.matchAll(/\buse\s/g)) {
    if (end < index) end = text.indexOf(';', index);
    if (end < 0) return;
    if (end - index <= LONGEST_USE) yield* readUse(text.slice(index + use.length, end), [], 0);
  }
}

function* readUse(tree: string, before: readonly string[], depth: number): Generator<Named> {
  const [, path = '', inner, alias] =
    /^\s*((?:\w+\s*::\s*)*\w*)\s*(?:\{(.*)\}|(?:\bas\s+(\w+))?)\s*$/s.exec(tree) ?? [];
  const parts = [...before, ...path.split('::').map((part) => part.trim())].filter((part) => part !== '');
  if (inner === undefined) {
    const whole = parts.at(-1) === 'self' ? parts.slice(0, -1) : parts;
    if (whole.length > 0) yield importOf(whole, alias);
  } else if (depth < DEEPEST_USE) for (const item of splitOutside(inner)) yield* readUse(item, parts, depth + 1);
}

/** Split at the commas that are in no braces. */
function splitOutside(list: string): readonly string[] {
  const items: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < list.length; at += 1) {
    if (list[at] === '{') depth += 1;
    if (list[at] === '}') depth -= 1;
    if (list[at] !== ',' || depth > 0) continue;
    items.push(list.slice(from, at));
    from = at + 1;
  }
  return [...items, list.slice(from)];
}
