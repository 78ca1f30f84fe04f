/** The person went back one question. */
export const BACK: unique symbol = Symbol('back');
export type Back = typeof BACK;

/** One of the answers to a question. */
export interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
  /** More of it, shown while the choice is the one under the cursor. */
  readonly hint?: string | undefined;
}

/**
 * Asks a person. Each question may be answered with going back; leaving ends the command.
 * @throws MsgdbError MSGDB_INTERRUPTED when the person leaves with Ctrl-C.
 */
export interface Asker {
  /** One of a few; the first is under the cursor. */
  choose<Value>(question: string, choices: readonly Choice<Value>[]): Promise<Value | Back>;
  /** One of many, found by typing a part of it. */
  search<Value>(question: string, choices: readonly Choice<Value>[]): Promise<Value | Back>;
  /** Any number of them, none at first. */
  chooseSome<Value>(question: string, choices: readonly Choice<Value>[]): Promise<readonly Value[] | Back>;
  /** A text; `complaint` says what is wrong with one that is no answer. */
  write(
    question: string,
    options: { readonly example: string; readonly complaint: (text: string) => string | undefined },
  ): Promise<string | Back>;
  /** Shows text between two questions. */
  show(text: string): Promise<void>;
}
