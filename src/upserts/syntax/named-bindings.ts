import { countUpTo } from '../count-up-to.ts';
import type { Binding } from './binding.ts';
import type { Scope } from './scopes.ts';

/** What a name has been given when a place is reached. */
export interface History {
  readonly base: Binding;
  /** Had it another value before? */
  readonly replaces: boolean;
  /** What has been put behind the base since. */
  readonly appended: readonly Binding[];
}

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
  before(at: number, around: Scope | undefined): History | undefined {
    let shadowed = false;
    for (let scope = around; scope && this.#local.size > 0; scope = scope.outer) {
      const local = this.#local.get(scope);
      if (local?.begunBefore(at)) return local.before(at);
      shadowed ||= local !== undefined;
    }
    if (shadowed) return undefined;
    const { bases } = this.#top;
    if (bases.length > 1) return around === undefined ? this.#top.before(at) : undefined;
    const [only] = bases;
    if (!only || (only.start <= at && at <= only.end)) return undefined;
    return { base: only, replaces: false, appended: [] };
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

  constructor(bindings: readonly Binding[]) {
    this.#bindings = bindings.toSorted((a, b) => a.end - b.end);
    this.#ends = this.#bindings.map(({ end }) => end);
    this.#places = this.#bindings.flatMap(({ appends }, place) => (appends ? [] : [place]));
    this.bases = this.#bindings.filter(({ appends }) => !appends);
  }

  begunBefore(at: number): boolean {
    return countUpTo(this.#ends, at) > 0;
  }

  before(at: number): History | undefined {
    const count = countUpTo(this.#ends, at);
    const last = countUpTo(this.#places, count - 1) - 1;
    const base = this.bases[last];
    const place = this.#places[last] ?? 0;
    return base && { base, replaces: last > 0, appended: this.#bindings.slice(place + 1, count) };
  }
}
