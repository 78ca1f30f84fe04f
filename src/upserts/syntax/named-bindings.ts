import { countUpTo } from '../count-up-to.ts';
import type { Binding } from './binding.ts';
import type { Branch } from './branches.ts';
import type { Node } from './grammars.ts';
import type { Range, Scope } from './scopes.ts';

/** What a name has been given when a place is reached. */
export interface History {
  readonly base: Binding;
  /** May another value have been given since, or before and kept? */
  readonly isSure: boolean;
  /** Is something put behind it in a loop, any number of times? */
  readonly repeats: boolean;
  /** What has been put behind the base since. */
  readonly appended: readonly Binding[];
}

/** Gives the branch that is taken; `value` is what depends on it. */
export type Choose = (branch: Branch, value: Node) => number;

/** A name that is given more values in one function is not followed through its branches. */
const MOST_CHOSEN = 500;

/** All that one name of a file is given, function by function. */
export class NamedBindings {
  readonly all: readonly Binding[];
  readonly #local = new Map<Scope, Sequence>();
  readonly #top: Sequence;

  constructor(all: readonly Binding[]) {
    this.all = all;
    const top: Binding[] = [];
    const local = new Map<Scope, Binding[]>();
    for (const binding of all) {
      const { scope } = binding;
      const known = scope === undefined ? top : local.get(scope);
      if (known) known.push(binding);
      else if (scope) local.set(scope, [binding]);
    }
    this.#top = new Sequence(top);
    for (const [scope, bindings] of local) this.#local.set(scope, new Sequence(bindings));
  }

  /** The last assignments before a place in the innermost function that has any, else the only one of the file. */
  before(at: number, around: Scope | undefined, choose?: Choose): History | undefined {
    let shadowed = false;
    for (let scope = around; scope && this.#local.size > 0; scope = scope.outer) {
      const local = this.#local.get(scope);
      if (local?.begunBefore(at)) return local.before(at, choose);
      shadowed ||= local !== undefined;
    }
    if (shadowed) return undefined;
    if (around === undefined && this.#top.begunBefore(at)) return this.#top.before(at, choose);
    const { bases } = this.#top;
    if (bases.length > 1) return undefined;
    const [only] = bases;
    if (!only || (only.start <= at && at <= only.end)) return undefined;
    return { base: only, isSure: true, repeats: false, appended: [] };
  }
}

/** Assignments of one name in one function. */
class Sequence {
  /** Those that do not append. */
  readonly bases: readonly Binding[];
  readonly #bindings: readonly Binding[];
  readonly #ends: readonly number[];
  /** The places of the bases among all. */
  readonly #places: readonly number[];
  #branched: boolean | undefined;

  constructor(bindings: readonly Binding[]) {
    this.#bindings = bindings.toSorted((a, b) => a.end - b.end);
    this.#ends = this.#bindings.map(({ end }) => end);
    this.#places = this.#bindings.flatMap(({ appends }, place) => (appends ? [] : [place]));
    this.bases = this.#bindings.filter(({ appends }) => !appends);
  }

  get #isBranched(): boolean {
    this.#branched ??= this.#bindings.some(({ dependence }) => dependence.branches.length > 0);
    return this.#branched;
  }

  begunBefore(at: number): boolean {
    return countUpTo(this.#ends, at) > 0;
  }

  before(at: number, choose: Choose | undefined): History | undefined {
    const count = countUpTo(this.#ends, at);
    if (choose && count <= MOST_CHOSEN && this.#isBranched) return this.#chosen(at, count, choose);
    const last = countUpTo(this.#places, count - 1) - 1;
    const base = this.bases[last];
    const place = this.#places[last] ?? 0;
    if (!base) return undefined;
    // One branch of several: what the others have put in is not known here.
    const isSure = last === 0 || isWithin(at, base.block);
    const appended = this.#bindings.slice(place + 1, count);
    return { base, isSure, repeats: isRepeated(appended, at), appended };
  }

  /** What the branches that are chosen give. */
  #chosen(at: number, count: number, choose: Choose): History | undefined {
    const appended: Binding[] = [];
    for (let place = count - 1; place >= 0; place -= 1) {
      const binding = this.#bindings[place];
      if (!binding || !isTaken(binding, at, choose)) continue;
      if (!binding.appends) {
        const isSure = place === 0 || !isRepeated([binding], at);
        return { base: binding, isSure, repeats: isRepeated(appended, at), appended };
      }
      appended.unshift(binding);
    }
    return undefined;
  }
}

/** Is the value given when a place is reached on the way that is gone? */
function isTaken({ dependence, value }: Binding, at: number, choose: Choose): boolean {
  return dependence.branches.every((branch) => {
    if (isWithin(at, branch.statement)) return isWithin(at, branch.range);
    return !branch.exits && choose(branch, value) === branch.index;
  });
}

function isWithin(at: number, { start, end }: Range): boolean {
  return start <= at && at <= end;
}

/** Is one of the values given in a loop that is over when the place is reached? */
function isRepeated(bindings: readonly Binding[], at: number): boolean {
  return bindings.some(({ dependence }) => dependence.loops.some((loop) => !isWithin(at, loop)));
}
