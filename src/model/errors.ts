import { CODES, type ErrorCode } from './codes.ts';

/** What is known about one failure, beyond its code. */
export interface ErrorDetail {
  /** What is wrong, with the names involved. One or two sentences, no secrets. */
  readonly what: string;
  /** Why it happened or why it matters; the registry's cause if left out. */
  readonly why?: string;
  /** The one command or change that mends it; the registry's fix if left out. */
  readonly fix?: string;
  /** Facts for programs: table, index, SQLSTATE, pids. Never row contents or passwords. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * Every failure msgdb reports on purpose. The code is stable; the message is what a person reads first.
 * Thrown where the problem is found, shown once, at the edge (`cli`).
 */
export class MsgdbError extends Error {
  override readonly name = 'MsgdbError';
  readonly code: ErrorCode;
  readonly why: string;
  readonly fix: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail: ErrorDetail) {
    super(detail.what, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.why = detail.why ?? CODES[code].cause;
    this.fix = detail.fix ?? CODES[code].fix;
    this.data = detail.data ?? {};
  }

  /** The exit code of a command that ends with it. */
  get exitCode(): number {
    return CODES[this.code].exit;
  }
}
