import { TEXT_HOLE } from '../sql/scan-sql.ts';
import { readQuestion } from '../syntax/branches.ts';
import type { Conditionals } from '../syntax/conditionals.ts';
import type { ForeignNames } from '../syntax/foreign-names.ts';
import { LONGEST_TEXT, lengthOf, type Piece, textOf } from '../syntax/value.ts';
import { isParameterIn, type JvmScopes } from './jvm-scopes.ts';
import type { JvmPart, JvmReference } from './read-literal.ts';

/** A string of a file, as it is joined; `name` where it is the value of one. */
export interface JvmConstant {
  readonly parts: readonly JvmPart[];
  readonly scope: number;
  readonly name: string | undefined;
  /** Is it a part of a statement rather than a text, so that it is put in where parameters are bound? */
  readonly spliced: boolean;
  /** What stands before it. */
  readonly before: string;
}

/** Names lead to strings that have names in them; a program may write a circle. */
const DEEPEST = 20;
/** `b = "$a$a"; c = "$b$b"` doubles with each line. */
const MOST_PIECES = 2_000;

interface Resolving {
  readonly constant: JvmConstant;
  readonly depth: number;
  readonly left: { pieces: number; length: number };
  readonly conditionals: Conditionals | undefined;
}

/** The strings of a file, and which of them a name stands for. */
export class JvmConstants {
  readonly all: readonly JvmConstant[];
  readonly #scopes: JvmScopes;
  readonly #named = new Map<string, JvmConstant[]>();

  readonly #foreign: ForeignNames | undefined;

  constructor(all: readonly JvmConstant[], scopes: JvmScopes, foreign?: ForeignNames) {
    this.#foreign = foreign;
    this.all = all;
    this.#scopes = scopes;
    for (const each of all) {
      if (each.name === undefined) continue;
      const known = this.#named.get(each.name);
      if (known) known.push(each);
      else this.#named.set(each.name, [each]);
    }
  }

  /** The text that the file gives to a name once, outside of its functions. */
  constant(name: string): string | undefined {
    const open = (this.#named.get(name) ?? []).filter(({ scope }) => this.#scopes.isOpen(scope));
    const [only] = open;
    return only && open.length === 1 ? textOf({ kind: 'text', pieces: this.piecesOf(only), at: 0 }) : undefined;
  }

  /** What conditions are in it comes to a hole without `conditionals`, else to the branch that these take. */
  piecesOf(constant: JvmConstant, conditionals?: Conditionals): readonly Piece[] {
    const left = { pieces: MOST_PIECES, length: LONGEST_TEXT };
    return this.#resolve(constant.parts, { constant, depth: 0, left, conditionals });
  }

  #resolve(parts: readonly JvmPart[], resolving: Resolving): readonly Piece[] {
    const { constant, depth, left, conditionals } = resolving;
    return parts.flatMap((part): readonly Piece[] => {
      left.pieces -= 1;
      if ('branches' in part) {
        const { key, isNegated } = readQuestion({ text: part.question });
        const way = conditionals?.choose({ key, count: 2 });
        const branch = way === undefined ? undefined : part.branches[isNegated ? 1 - way : way];
        return branch && left.pieces > 0 ? this.#resolve(branch, resolving) : [{ text: TEXT_HOLE, at: part.at }];
      }
      if (!('reference' in part)) return [part];
      const known = depth < DEEPEST && left.pieces > 0 ? this.#find(part, constant) : undefined;
      const pieces =
        known && known !== constant
          ? this.#resolve(known.parts, { ...resolving, constant: known, depth: depth + 1 })
          : undefined;
      if (pieces) left.length -= lengthOf(pieces);
      if (pieces && left.length > 0) return pieces;
      return [{ text: this.#foreignText(part, constant) ?? part.hole, at: part.at }];
    });
  }

  /** What another file gives to a name that this one does not. */
  #foreignText({ reference, hole }: JvmReference, { scope, before }: JvmConstant): string | undefined {
    const path = reference.split('.');
    const isOwn = this.#named.has(path.at(-1) ?? '') || (path.length === 1 && this.#isGiven(reference, scope, before));
    return hole === TEXT_HOLE && path.length <= 2 && !isOwn ? this.#foreign?.lookUp(reference) : undefined;
  }

  /** Is it a parameter of a function around the place? */
  #isGiven(name: string, scope: number, before: string): boolean {
    if (/\b(?:fun|def)\b[^={}]*$/.test(before.replace(/=\s*$/, '')) && isParameterIn(before, name)) return true;
    return this.#scopes
      .around(scope)
      .some((each) => this.#scopes.nameOf(each) === undefined && this.#scopes.hasParameter(each, name));
  }

  #find({ reference, hole }: JvmReference, { scope, before }: JvmConstant): JvmConstant | undefined {
    const path = reference.replace(/^this\./, '').split('.');
    const name = path.at(-1) ?? '';
    const qualifier = path.at(-2);
    const found = this.#declared(name, qualifier, scope, before);
    // A text that is put in where parameters are bound is a value.
    return found && (hole === TEXT_HOLE || found.spliced) ? found : undefined;
  }

  #declared(name: string, qualifier: string | undefined, scope: number, before: string): JvmConstant | undefined {
    const all = this.#named.get(name) ?? [];
    if (all.length === 0) return undefined;
    if (qualifier === undefined) {
      if (/\b(?:fun|def)\b[^={}]*$/.test(before.replace(/=\s*$/, '')) && isParameterIn(before, name)) return undefined;
      for (const each of this.#scopes.around(scope)) {
        const own = all.filter((constant) => constant.scope === each);
        if (own.length > 0) return own.length === 1 ? own[0] : undefined;
        if (this.#scopes.nameOf(each) === undefined && this.#scopes.hasParameter(each, name)) return undefined;
      }
    }
    const open = all.filter((constant) => this.#scopes.isOpen(constant.scope));
    const own = open.filter((constant) => this.#scopes.nameOf(constant.scope) === qualifier);
    const candidates = qualifier !== undefined && own.length > 0 ? own : open;
    return candidates.length === 1 ? candidates[0] : undefined;
  }
}
