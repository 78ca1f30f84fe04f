import type { Context } from '../../commands/context/context.ts';
import type { Report } from '../../model/report.ts';
import type { Look } from '../../report/look.ts';
import type { Asker } from '../terminal/asker.ts';
import type { Flag, Flags } from './flag.ts';

/** One command of the program: what the help says of it, what it takes, and what runs it. */
export interface Command {
  /** Its words: `migrate`, `archive show`. */
  readonly name: string;
  /** Heading it stands under in `msgdb --help`. */
  readonly group: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly description: string;
  readonly arguments: readonly Argument[];
  readonly flags: readonly Flag[];
  readonly examples: readonly Example[];
  /** Its events are what it is for: for people they are shown with the report, not beside it. */
  readonly tellsStory?: true;
  /**
   * Parses what was typed, then works.
   * @throws MsgdbError MSGDB_USAGE, before the database is touched, for a flag or argument that means nothing.
   */
  readonly run: (context: Context, input: Input) => Promise<Outcome>;
  /** In place of `run`, for a person at a terminal who has said nothing of what is to be done. */
  readonly lead?: (context: Context, asker: Asker, look: Look) => Promise<Outcome>;
}

/** Commands that share their first word. Alone, that word is the first of them. */
export interface CommandFamily {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  readonly description: string;
}

export interface Argument {
  /** `<NAME>` is required, `[NAME]` is not. */
  readonly usage: string;
  readonly meaning: string;
}

export interface Example {
  readonly command: string;
  readonly meaning: string;
}

/** What was typed after the command's name. */
export interface Input {
  readonly arguments: readonly string[];
  readonly flags: Flags;
}

/** What a command gives: a report in any format, or an SQL script that is printed as it is. */
export type Outcome =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'script'; readonly text: string };

export function reportOutcome(report: Report): Outcome {
  return { kind: 'report', report };
}

export function scriptOutcome(text: string): Outcome {
  return { kind: 'script', text };
}
