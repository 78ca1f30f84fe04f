import type { MsgdbError } from '../../model/errors.ts';
import { printableLines } from '../../report/printable.ts';
import { renderError } from '../../report/render.ts';
import type { OutputOptions } from '../output-options.ts';
import { createDisplay } from '../progress/create-display.ts';
import type { Display } from '../progress/display.ts';
import { terminalLook } from '../terminal/look.ts';
import { type Output, type Terminal, write } from '../terminal/terminal.ts';
import { renderWarnings } from '../warnings.ts';

/** Text for people. */
export interface HumanLog {
  readonly form: 'human';
  /** A sentence that stays. */
  say(message: string): Promise<void>;
  warn(messages: readonly string[]): Promise<void>;
  /** What ended the command, without secrets in it. */
  fail(error: MsgdbError): Promise<void>;
  /** Where in the program an error comes from: lines that may hold anything. */
  trace(text: string): Promise<void>;
  /** Shows what happens; the lines of it stay on `lines`. */
  openDisplay(lines: Output): Display;
  begin(): void;
  end(exitCode: number): void;
}

export interface HumanLogOptions extends Pick<OutputOptions, 'format' | 'quiet' | 'verbose' | 'color' | 'redact'> {
  readonly terminal: Terminal;
  readonly clean: (text: string) => string;
}

export function createHumanLog({ terminal, clean, ...options }: HumanLogOptions): HumanLog {
  const { stderr } = terminal;
  const look = terminalLook(stderr, terminal, options);
  return {
    form: 'human',
    say: async (message) => write(stderr, linesOf(message)),
    warn: async (warnings) => write(stderr, renderWarnings({ warnings }, look)),
    fail: async (error) => write(stderr, renderError(error, 'human', '', look)),
    trace: async (text) => write(stderr, linesOf(text)),
    openDisplay: (lines) =>
      createDisplay({
        quiet: options.quiet,
        lines,
        look: terminalLook(lines, terminal, options),
        // A dumb terminal cannot take a line back, and a log of CI keeps every one.
        animated:
          stderr.isTTY === true &&
          !(options.format === 'ndjson' && terminal.stdout.isTTY) &&
          terminal.env.TERM !== 'dumb' &&
          !terminal.env.CI,
        live: stderr,
        liveLook: look,
        clean,
      }),
    begin: () => undefined,
    end: () => undefined,
  };
}

/** It may hold anything. */
function linesOf(text: string): string {
  return `${printableLines(text).join('\n')}\n`;
}
