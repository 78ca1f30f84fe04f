import type { Deadline } from '../deadline.ts';
import type { Binding } from './binding.ts';
import { type Bindings, readBindings } from './bindings.ts';
import { isChained } from './builders.ts';
import { joinedIn, joins, leftOf, operandsOf, operatorOf } from './concatenation.ts';
import { type Conditionals, eachWay } from './conditionals.ts';
import { foldHistory, piecesOrHole } from './fold-history.ts';
import type { ForeignNames } from './foreign-names.ts';
import { functionAround, functionAt, isParameter } from './functions.ts';
import type { Node } from './grammars.ts';
import { documentationIn, innerOf, resultOf } from './inner-nodes.ts';
import { lastName } from './last-name.ts';
import type { Choose, History } from './named-bindings.ts';
import { CALLS, CONCATENATIONS, FUNCTIONS, LISTS, LITERALS, MEMBERS, SIGNED, STRINGS, WRAPPERS } from './node-types.ts';
import { ANNOTATED, readAnnotated } from './read-annotated.ts';
import { readBuilder, readUnnamed } from './read-builder.ts';
import { calleeName, readCall, readComparison } from './read-call.ts';
import { FORMATS, readFormat } from './read-format.ts';
import { isRecord, readRecord } from './read-record.ts';
import { readSigned } from './read-signed.ts';
import { readString, templateOf } from './read-string.ts';
import { isModel, joinPieces, LONGEST_TEXT, lengthOf, type Piece, textOf, type Value } from './value.ts';

/** Names lead to values that lead to names; a program may write a circle. */
const DEEPEST = 40;
/** `b = a + a; c = b + b; …` doubles with each line: the most nodes read for one value, and for a file. */
const MOST_READ = { value: 5_000, file: 1_000_000 };

/** A string of the file, and where the function begins that it is in; -1 outside all functions. */
export interface FoundText {
  readonly pieces: readonly Piece[];
  readonly scope: number;
  /** Are parts of it left out or repeated by a condition, so that it is not one statement that runs? */
  readonly loose?: boolean;
  /** Which of several texts it is that are made in one place, by conditions; none where there is one. */
  readonly variant?: number;
}

/** Turns the expressions of one file into values; names are followed within the file, constants into others. */
export class Reader {
  readonly root: Node;
  readonly #deadline: Deadline;
  readonly #bindings: Bindings;
  readonly #appending: ReadonlyMap<number, Binding>;
  /** All that may be a string or make an upsert: the tree is gone through once for both. */
  readonly #nodes: readonly Node[];
  #calls: readonly Node[] | undefined;
  /** While a text is read; an option of a call that a condition switches is not known. */
  #conditionals: Conditionals | undefined;
  readonly #left = { value: 0, file: MOST_READ.file, length: 0 };

  readonly #foreign: ForeignNames | undefined;

  /** `foreign`: what other files give to names that this one does not. */
  constructor(root: Node, deadline: Deadline, foreign?: ForeignNames) {
    this.#foreign = foreign;
    this.root = root;
    this.#deadline = deadline;
    this.#nodes = root
      .descendantsOfType([...STRINGS, ...CONCATENATIONS, ...CALLS, ANNOTATED])
      .filter((node) => node !== null);
    this.#bindings = readBindings(root, this.#nodes);
    deadline.check();
    const all = Array.from(this.#bindings.values()).flatMap((named) => named.all);
    this.#appending = new Map(all.filter(({ appends }) => appends).map((each) => [each.value.id, each]));
  }

  /** Was more to be followed than is followed in one file? */
  get isSpent(): boolean {
    return this.#left.file < 0;
  }

  /** Every string of the file as it is put together; one that is a part of a larger one comes with that alone. */
  *strings(): Generator<FoundText> {
    const seen = new Set<number>();
    const passedOver = new Set(documentationIn(this.root).map(({ id }) => id));
    for (const node of this.#nodes) {
      this.#deadline.check();
      // A concatenation is read from its outermost one, which comes first: reading each of a thousand in turn would
      // take a million steps.
      for (const operand of joinedIn(node)) passedOver.add(operand.id);
      if (passedOver.has(node.id)) continue;
      if (CALLS.has(node.type) && !FORMATS.has(calleeName(node)) && !isChained(node)) continue;
      yield* this.#variantsOf(node, seen);
    }
  }

  /** The text of a node, once for each way through its conditions where they decide about an upsert. */
  *#variantsOf(node: Node, seen: Set<number>): Generator<FoundText> {
    const scope = functionAround(node)?.start ?? -1;
    let variant = 0;
    for (const [value, conditionals] of eachWay((each) => this.#readText(node, each))) {
      if (value.kind !== 'text') return;
      const { pieces } = value;
      if (variant === 0 && pieces.every(({ at }) => seen.has(at))) return;
      for (const { at } of pieces) seen.add(at);
      const loose = conditionals.isLoose;
      if (conditionals.count === 0) return yield { pieces, scope, loose };
      yield { pieces, scope, variant, loose };
      const written = [joinPieces(pieces), ...conditionals.nodes.map(({ text }) => text)];
      if (!written.some((text) => /\bconflict\b/i.test(text))) return;
      variant += 1;
    }
  }

  #readText(node: Node, conditionals: Conditionals): Value {
    this.#conditionals = conditionals;
    const value = this.#withWhatItIsAppendedTo(node, this.read(node));
    this.#conditionals = undefined;
    return value;
  }

  #withWhatItIsAppendedTo(node: Node, value: Value): Value {
    const appended = this.#appending.get(node.id);
    if (!appended || value.kind !== 'text') return value;
    const before = this.#lookUp(appended.name, value.at, 0);
    return before?.kind === 'text' ? { ...value, pieces: [...before.pieces, ...value.pieces] } : value;
  }

  calls(): readonly Node[] {
    this.#calls ??= this.#nodes.filter(({ type }) => CALLS.has(type));
    return this.#calls;
  }

  /** @throws OutOfTime */
  read(node: Node | null | undefined, depth = 0): Value {
    this.#deadline.check();
    if (depth === 0) Object.assign(this.#left, { value: MOST_READ.value, length: LONGEST_TEXT });
    this.#left.value -= 1;
    this.#left.file -= 1;
    const spent = this.#left.value < 0 || this.#left.file < 0;
    if (!node || spent || depth > DEEPEST) return { kind: 'unknown', at: node?.startIndex ?? 0 };
    const at = node.startIndex;
    const next = (inner: Node | null | undefined): Value => this.read(inner, depth + 1);
    const branch = this.#conditionals?.take(node);
    if (branch !== undefined) return branch ? next(branch) : { kind: 'text', pieces: [], at };
    if (STRINGS.has(node.type)) {
      const pieces = readString(node, (hole, way) =>
        this.#piecesOf(way === 'bound' ? this.#fragment(hole, depth) : next(hole)),
      );
      return { kind: 'text', pieces, at };
    }
    if (WRAPPERS.has(node.type)) return next(innerOf(node));
    if (SIGNED.has(node.type)) return readSigned(node, next(node.lastNamedChild));
    if (CONCATENATIONS.has(node.type)) return this.#concatenate(node, depth);
    if (CALLS.has(node.type)) {
      const call = readCall(node, next);
      return readFormat(call) ?? readBuilder(call) ?? call;
    }
    if (node.type === 'comparison_operator') return readComparison(node, next);
    if (LITERALS.has(node.type)) return { kind: 'literal', text: node.text, at };
    if (isRecord(node)) return readRecord(node, next);
    if (LISTS.has(node.type)) return { kind: 'list', items: node.namedChildren.map(next), at };
    if (node.type === ANNOTATED) return readAnnotated(node, next);
    if (MEMBERS.has(node.type)) return this.#member(node, depth);
    if (FUNCTIONS.has(node.type)) return { kind: 'function', result: next(resultOf(node)), at };
    if (/symbol$/.test(node.type)) {
      return { kind: 'text', pieces: [{ text: node.text.replaceAll(/^:|:$/g, ''), at }], at };
    }
    return readUnnamed(node, next) ?? this.#named(node, depth);
  }

  #named(node: Node, depth: number): Value {
    const at = node.startIndex;
    const named = /identifier|^name$|^variable_name$|^constant$|^instance_variable$/.test(node.type);
    const name = named ? lastName(node.text) : undefined;
    if (name === undefined) return { kind: 'unknown', at };
    const known = this.#lookUp(name, at, depth + 1);
    if (known !== undefined && !isModel(known)) return known;
    return (this.#bindings.has(name) ? undefined : this.#foreignText(name, at)) ?? { kind: 'name', name, at };
  }

  #member(node: Node, depth: number): Value {
    const at = node.startIndex;
    const name = lastName(node.lastNamedChild?.text ?? '');
    if (name === undefined) return { kind: 'unknown', at };
    const own = /^(?:this|self|static|cls|[A-Z]\w*|\$this)\b/.test(node.text);
    const known = own ? this.#lookUp(name, at, depth + 1) : undefined;
    if (known?.kind === 'text') return known;
    const reference = /^\w+\s*(?:\.|::)\s*\w+$/.test(node.text) ? node.text.replace(/\s*(?:\.|::)\s*/, '.') : undefined;
    const foreign = reference === undefined ? undefined : this.#foreignText(reference, at);
    if (foreign) return foreign;
    return { kind: 'member', object: this.read(node.firstNamedChild, depth + 1), name, at };
  }

  /** Asked for what is a part of a text alone: elsewhere a name may be a class or a table. */
  #foreignText(reference: string, at: number): Value | undefined {
    const text = this.#conditionals && this.#foreign?.lookUp(reference);
    if (text === undefined || isParameter(reference, at, { root: this.root, text: this.root.text })) return undefined;
    return { kind: 'text', pieces: [{ text, at }], at };
  }

  /** The text that the file gives to a name once, outside of its functions. */
  constant(name: string): string | undefined {
    const [only, ...others] = this.#bindings.get(name)?.all ?? [];
    if (!only || others.length > 0 || only.scope !== undefined) return undefined;
    return textOf(this.read(only.value));
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
    return { kind: 'text', pieces: values.flatMap((value) => piecesOrHole(value)), at };
  }

  /** What is put in where parameters are bound: another tagged template is a part of the statement. */
  #fragment(node: Node, depth: number): Value {
    const at = node.startIndex;
    if (depth > DEEPEST) return { kind: 'unknown', at };
    const branch = this.#conditionals?.take(node);
    if (branch) return this.#fragment(branch, depth + 1);
    const template = templateOf(node);
    if (template) return this.read(template, depth + 1);
    if (branch === null) return { kind: 'text', pieces: [], at };
    const history = node.type === 'identifier' ? this.#historyOf(node.text, at) : undefined;
    if (!history?.isSure || history.appended.length > 0) return { kind: 'unknown', at };
    return this.#fragment(history.base.value, depth + 1);
  }

  #piecesOf(value: Value): readonly Piece[] | undefined {
    return value.kind === 'text' ? value.pieces : undefined;
  }

  /** What a name has been given when a place is reached, on the way that is gone through the branches before it. */
  #historyOf(name: string, at: number): History | undefined {
    const conditionals = this.#conditionals;
    const choose: Choose | undefined = conditionals && ((branch, value) => conditionals.choose(branch, value));
    return this.#bindings.get(name)?.before(at, functionAt(this.root, at), choose);
  }

  /** What a name holds at a place. */
  #lookUp(name: string, at: number, depth: number): Value | undefined {
    const history = this.#historyOf(name, at);
    if (history?.repeats) this.#conditionals?.repeat();
    const value = history && foldHistory(history, (node) => this.read(node, depth + 1));
    if (value?.kind !== 'text') return value;
    // What a name stands for is written once and may be met a thousand times.
    this.#left.length -= lengthOf(value.pieces) + value.pieces.length;
    return this.#left.length < 0 ? undefined : value;
  }
}
