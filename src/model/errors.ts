import { CODES, type ErrorCode } from './codes.ts';
import type { ErrorData, ErrorFacts } from './error-data.ts';
import type { Report } from './report.ts';

/** What is known about one failure, beyond its code. */
export interface ErrorDetail<Code extends ErrorCode = ErrorCode> {
  /** What is wrong, with the names involved. One or two sentences, no secrets. */
  readonly what: string;
  /** Why it happened or why it matters; the registry's cause if left out. */
  readonly why?: string;
  /** The one command or change that mends it; the registry's fix if left out. */
  readonly fix?: string;
  /** Facts for programs: table, index, SQLSTATE, pids. Never row contents or passwords. */
  readonly data?: ErrorData<Code>;
  readonly cause?: unknown;
  /** The report that the command ended with, where there is one. */
  readonly report?: Report | undefined;
}

/** What is found out about a failure on its way up. */
export interface MoreDetail {
  readonly what?: string;
  readonly why?: string;
  readonly fix?: string;
  readonly data?: ErrorFacts;
}

class CodedError<Code extends ErrorCode> extends Error {
  /** What a stack and the console call it. */
  static override readonly name = 'MsgdbError';
  override readonly name = 'MsgdbError';
  readonly code: Code;
  readonly why: string;
  readonly fix: string;
  readonly data: ErrorData<Code>;
  readonly #report: Report | undefined;

  constructor(code: Code, detail: ErrorDetail<Code>) {
    super(detail.what, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.why = detail.why ?? CODES[code].cause;
    this.fix = detail.fix ?? CODES[code].fix;
    this.data = detail.data ?? ({} as ErrorData<Code>);
    this.#report = detail.report;
  }

  /**
   * What was done until then: a call of the library that changes something and does not do all of it is rejected with
   * its report. No property of its own: a log of the error would show rows.
   */
  get report(): Report | undefined {
    return this.#report;
  }

  /** The exit code of a command that ends with it. */
  get exitCode(): number {
    return CODES[this.code].exit;
  }

  /** The same failure with more said of it; `data` is added to what is there. */
  with({ what = this.message, why = this.why, fix = this.fix, data }: MoreDetail): MsgdbError {
    const both: ErrorData<Code> = { ...this.data, ...data };
    return new MsgdbError<ErrorCode>(this.code, { what, why, fix, data: both, cause: this, report: this.#report });
  }
}

/**
 * Every failure msgdb reports on purpose. The code is stable, and says what `data` holds; the message is what a person
 * reads first. Thrown where the problem is found, shown once, at the edge (`cli`).
 */
export type MsgdbError = { readonly [Code in ErrorCode]: CodedError<Code> }[ErrorCode];

interface MsgdbErrorConstructor {
  new <Code extends ErrorCode>(code: Code, detail: ErrorDetail<Code>): Extract<MsgdbError, { readonly code: Code }>;
  readonly prototype: MsgdbError;
}

/**
 * One class for all codes; by its type an error that is caught is one of each, so that its data follow from its code.
 */
export const MsgdbError = CodedError as MsgdbErrorConstructor;
