import type { ErrorCode } from '../model/codes.ts';
import { type Finding, finding } from '../model/finding.ts';

/** Collects every reason to refuse before the plan is refused, so that one look mends them all. */
export class Refusals {
  readonly #found: Finding[] = [];
  readonly #table: string;

  constructor(table: string) {
    this.#table = table;
  }

  add(code: ErrorCode, message: string, fix?: string): void {
    this.#found.push(finding(code, message, { table: this.#table, ...(fix === undefined ? {} : { fix }) }));
  }

  get all(): readonly Finding[] {
    return this.#found;
  }
}
