import type { ErrorCode } from './codes.ts';
import { type Finding, finding } from './finding.ts';

/** Collects every reason to refuse before the plan is refused, so that one look mends them all. */
export class Refusals {
  readonly #found: Finding[] = [];
  readonly #lacking: Finding[] = [];
  readonly #table: string;

  constructor(table: string) {
    this.#table = table;
  }

  /** Of `MSGDB_REFUSED` only the place knows what mends it; for others the registry's fix serves where none is given. */
  add(code: Exclude<ErrorCode, 'MSGDB_REFUSED'>, message: string, fix?: string): void;
  add(code: ErrorCode, message: string, fix: string): void;
  add(code: ErrorCode, message: string, fix?: string): void {
    this.#found.push(finding(code, message, { table: this.#table, ...(fix === undefined ? {} : { fix }) }));
  }

  /** Notes a privilege that doing the plan needs and the role lacks: who only looks is shown the plan all the same. */
  lack(message: string, fix: string): void {
    const known = this.#lacking.some((each) => each.message === message && each.fix === fix);
    if (!known) this.#lacking.push(finding('MSGDB_PERMISSION_DENIED', message, { table: this.#table, fix }));
  }

  /** Takes all that another has collected. */
  addAll({ all, lacking }: Pick<Refusals, 'all' | 'lacking'>): void {
    this.#found.push(...all);
    for (const { message, fix } of lacking) this.lack(message, fix);
  }

  get all(): readonly Finding[] {
    return this.#found;
  }

  get lacking(): readonly Finding[] {
    return this.#lacking;
  }
}
