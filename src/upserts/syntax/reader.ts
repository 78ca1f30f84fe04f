import { TEXT_HOLE } from '../sql/scan-sql.ts';
import { type Binding, type Bindings, functionAround, lastName, readBindings } from './bindings.ts';
import type { Node } from './grammars.ts';
import { CALLS, CONCATENATIONS, FUNCTIONS, LISTS, LITERALS, MEMBERS, STRINGS, WRAPPERS } from './node-types.ts';
import { calleeName, readCall, readComparison } from './read-call.ts';
import { FORMATS, readFormat } from './read-format.ts';
import { isRecord, readRecord } from './read-record.ts';
import { readString } from './read-string.ts';
import type { Piece, Value } from './value.ts';

/** Names lead to values that lead to names; a program may write a circle. */
const DEEPEST = 40;
/** `b = a + a; c = b + b; …` doubles with each line: so many nodes are read for one value, and for a file. */
const MOST_READ = { value: 5_000, file: 1_000_000 };

/** A string of the file, and where the function begins that it is in; -1 outside all functions. */
export interface FoundText {
  readonly pieces: readonly Piece[];
  readonly scope: number;
}

/** Turns the expressions of one file into values: constants, variables and concatenation are followed within the file. */
export class Reader {
  readonly root: Node;
  readonly #bindings: Bindings;
  readonly #appending: ReadonlyMap<number, Binding>;
  #left = { value: 0, file: MOST_READ.file };

  constructor(root: Node) {
    this.root = root;
    this.#bindings = readBindings(root);
    const all = [...this.#bindings.values()].flat();
    this.#appending = new Map(all.filter(({ appends }) => appends).map((each) => [each.value.id, each]));
  }

  /** Every string of the file as it is put together; one that is a part of a larger one comes with that alone. */
  strings(): readonly FoundText[] {
    const seen = new Set<number>();
    return this.root.descendantsOfType([...STRINGS, ...CONCATENATIONS, ...CALLS]).flatMap((node) => {
      if (!node || isDocumentation(node) || isJoinedFurther(node)) return [];
      if (CALLS.has(node.type) && !FORMATS.has(calleeName(node))) return [];
      const value = this.#withWhatItIsAppendedTo(node, this.read(node));
      if (value.kind !== 'text' || value.pieces.every(({ at }) => seen.has(at))) return [];
      for (const { at } of value.pieces) seen.add(at);
      return [{ pieces: value.pieces, scope: functionAround(node)?.start ?? -1 }];
    });
  }

  #withWhatItIsAppendedTo(node: Node, value: Value): Value {
    const appended = this.#appending.get(node.id);
    if (!appended || value.kind !== 'text') return value;
    const before = this.#lookUp(appended.name, appended.start, 0);
    return before?.kind === 'text' ? { ...value, pieces: [...before.pieces, ...value.pieces] } : value;
  }

  calls(): readonly Node[] {
    return this.root.descendantsOfType([...CALLS]).filter((node) => node !== null);
  }

  read(node: Node | null | undefined, depth = 0): Value {
    if (depth === 0) this.#left = { ...this.#left, value: MOST_READ.value };
    this.#left = { value: this.#left.value - 1, file: this.#left.file - 1 };
    const spent = this.#left.value < 0 || this.#left.file < 0;
    if (!node || spent || depth > DEEPEST) return { kind: 'unknown', at: node?.startIndex ?? 0 };
    const at = node.startIndex;
    const next = (inner: Node | null | undefined): Value => this.read(inner, depth + 1);
    if (STRINGS.has(node.type)) {
      return { kind: 'text', pieces: readString(node, (hole) => this.#piecesOf(next(hole))), at };
    }
    if (WRAPPERS.has(node.type)) return next(innerOf(node));
    if (CONCATENATIONS.has(node.type)) return this.#concatenate(node, depth);
    if (CALLS.has(node.type)) {
      const call = readCall(node, next);
      return readFormat(call) ?? call;
    }
    if (node.type === 'comparison_operator') return readComparison(node, next);
    if (LITERALS.has(node.type)) return { kind: 'literal', text: node.text, at };
    if (isRecord(node)) return readRecord(node, next);
    if (LISTS.has(node.type)) return { kind: 'list', items: node.namedChildren.map(next), at };
    if (MEMBERS.has(node.type)) return this.#member(node, depth);
    if (FUNCTIONS.has(node.type)) return { kind: 'function', result: next(resultOf(node)), at };
    if (/symbol$/.test(node.type)) {
      return { kind: 'text', pieces: [{ text: node.text.replaceAll(/^:|:$/g, ''), at }], at };
    }
    return this.#named(node, depth);
  }

  #named(node: Node, depth: number): Value {
    const at = node.startIndex;
    const named = /identifier|^name$|^variable_name$|^constant$|^instance_variable$/.test(node.type);
    const name = named ? lastName(node.text) : undefined;
    if (name === undefined) return { kind: 'unknown', at };
    const known = this.#lookUp(name, at, depth + 1);
    return known === undefined || isModel(known) ? { kind: 'name', name, at } : known;
  }

  #member(node: Node, depth: number): Value {
    const at = node.startIndex;
    const name = lastName(node.lastNamedChild?.text ?? '');
    if (name === undefined) return { kind: 'unknown', at };
    const own = /^(?:this|self|static|cls|[A-Z]\w*|\$this)\b/.test(node.text);
    const known = own ? this.#lookUp(name, at, depth + 1) : undefined;
    if (known?.kind === 'text') return known;
    return { kind: 'member', object: this.read(node.firstNamedChild, depth + 1), name, at };
  }

  #concatenate(node: Node, depth: number): Value {
    const at = node.startIndex;
    if (operatorOf(node) === '%') {
      const left = this.read(leftOf(node), depth + 1);
      return readFormat({ name: '%', receiver: left, arguments: [this.read(node.lastNamedChild, depth + 1)] }) ?? left;
    }
    if (!joins(node)) return { kind: 'unknown', at };
    const values = operandsOf(node).map((operand) => this.read(operand, depth + 1));
    if (!values.some(({ kind }) => kind === 'text')) return { kind: 'unknown', at };
    return { kind: 'text', pieces: values.flatMap((value) => this.#piecesOrHole(value)), at };
  }

  #piecesOf(value: Value): readonly Piece[] | undefined {
    return value.kind === 'text' ? value.pieces : undefined;
  }

  #piecesOrHole(value: Value): readonly Piece[] {
    return this.#piecesOf(value) ?? [{ text: TEXT_HOLE, at: value.at }];
  }

  /** What a name holds at a place: the last assignments before it in its function, else the one of the file. */
  #lookUp(name: string, at: number, depth: number): Value | undefined {
    const all = this.#bindings.get(name) ?? [];
    const near = all.filter(({ scope, end }) => scope && scope.start <= at && at <= scope.end && end <= at);
    const innermost = near.reduce<Binding | undefined>(
      (best, each) => (best?.scope && each.scope && each.scope.start < best.scope.start ? best : each),
      undefined,
    );
    const local = near.filter(({ scope }) => scope?.start === innermost?.scope?.start);
    if (local.length > 0) return this.#fold(local, at, depth);
    const shadowed = all.some(({ scope }) => scope && scope.start <= at && at <= scope.end);
    const top = all.filter(({ scope, appends }) => scope === undefined && !appends);
    const earlier = all.filter(({ scope, end }) => scope === undefined && end <= at);
    if (top.length > 1 && !shadowed && earlier.length > 0 && this.#isAtTop(at)) return this.#fold(earlier, at, depth);
    const [only] = top;
    return only && top.length === 1 && !shadowed && !(only.start <= at && at <= only.end)
      ? this.#settled(this.read(only.value, depth + 1))
      : undefined;
  }

  #isAtTop(at: number): boolean {
    const node = this.root.namedDescendantForIndex(at);
    return node !== null && functionAround(node) === undefined;
  }

  #fold(bindings: readonly Binding[], at: number, depth: number): Value | undefined {
    const last = bindings.findLastIndex(({ appends }) => !appends);
    const start = bindings[last];
    if (!start) return undefined;
    const others = bindings.slice(0, last).some(({ appends }) => !appends);
    const value = this.#settled(this.read(start.value, depth + 1));
    // One branch of several: what the others have put in is not known here.
    if (value?.kind === 'text' && others && !(start.block.start <= at && at <= start.block.end)) return undefined;
    const appended = bindings.slice(last + 1).map((each) => this.read(each.value, depth + 1));
    if (value?.kind !== 'text' || appended.length === 0) return value;
    return { ...value, pieces: [...value.pieces, ...appended.flatMap((each) => this.#piecesOrHole(each))] };
  }

  #settled(value: Value): Value | undefined {
    return value.kind === 'unknown' || value.kind === 'literal' ? undefined : value;
  }
}

/** A concatenation is read from its outermost one: reading each of a thousand in turn would take a million steps. */
function isJoinedFurther(node: Node): boolean {
  return CONCATENATIONS.has(node.type) && node.parent !== null && joins(node.parent) && joins(node);
}

function joins(node: Node): boolean {
  return CONCATENATIONS.has(node.type) && ['+', '.', '<<'].includes(operatorOf(node));
}

/** `a + b + c` nests to the left, as deep as it is long. */
function operandsOf(node: Node): readonly (Node | null)[] {
  const operands: (Node | null)[] = [];
  let each: Node | null = node;
  while (each && joins(each)) {
    operands.push(each.childForFieldName('right') ?? each.lastNamedChild);
    each = leftOf(each);
  }
  return [each, ...operands.reverse()];
}

function operatorOf(node: Node): string {
  return node.childForFieldName('operator')?.text ?? node.child(1)?.text ?? '';
}

function leftOf(node: Node): Node | null {
  return node.childForFieldName('left') ?? node.firstNamedChild;
}

/** What makes a model: its name in the source is what its table is known by. */
function isModel(value: Value): boolean {
  return value.kind === 'call' && ['pgTable', 'define', 'Table', 'table'].includes(value.name);
}

/** The operand of a wrapper; a type that is written before it is none. */
function innerOf(node: Node): Node | null {
  if (node.firstNamedChild?.type.endsWith('type')) return node.lastNamedChild;
  const named = ['value', 'argument', 'operand'].map((field) => node.childForFieldName(field));
  return named.find((each) => each !== null) ?? node.firstNamedChild;
}

/** What a function written in place gives: its expression, or what its first return gives. */
function resultOf(node: Node): Node | null {
  const body = node.childForFieldName('body') ?? node.lastNamedChild;
  if (!body || !/block|body/.test(body.type)) return body;
  const [given] = body.descendantsOfType(['return_statement', 'return']);
  return given?.firstNamedChild ?? (body.namedChildCount === 1 ? body.firstNamedChild : null);
}

/** A string that is a whole statement does nothing in Python: it is there to be read. */
function isDocumentation(node: Node): boolean {
  if (node.parent?.type !== 'expression_statement') return false;
  return node.type === 'concatenated_string' || node.firstChild?.type === 'string_start';
}
