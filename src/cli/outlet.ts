import { inspect } from 'node:util';
import { redactUrls } from '../config/redact.ts';
import type { MsgdbError } from '../model/errors.ts';
import { exitCodeOf } from '../model/exit-code.ts';
import { printableLines } from '../report/printable.ts';
import { renderError, renderReport } from '../report/render.ts';
import type { Outcome } from './definition/command.ts';
import { writeOutputFile } from './output-file.ts';
import type { OutputOptions } from './output-options.ts';
import type { Censor } from './terminal/censor.ts';
import { plainLook, terminalLook } from './terminal/look.ts';
import { type Terminal, write } from './terminal/terminal.ts';

/** Where what a command gave leaves the program: a report to stdout or a file, an error to where it is seen. */
export interface Outlet {
  /** Writes the report and gives the exit code. Where the file fails, the report still comes out, on stdout. */
  deliver(outcome: Outcome): Promise<number>;
  /** Writes the error: to stderr for people, as a document where a document was asked for. Never throws. */
  fail(error: MsgdbError): Promise<void>;
}

export interface OutletOptions extends OutputOptions {
  readonly command: string;
  readonly terminal: Terminal;
  readonly censor: Censor;
  /** Put between a story on stdout and the report. */
  readonly gap: '\n' | '';
}

export function createOutlet(options: OutletOptions): Outlet {
  const { terminal, file, format, command, censor } = options;
  const fileLook = plainLook(terminal, options);
  const look = file === undefined ? terminalLook(terminal.stdout, terminal, options) : fileLook;

  async function deliver(outcome: Outcome): Promise<number> {
    const text = outcome.kind === 'script' ? withNewline(outcome.text) : renderReport(outcome.report, format, look);
    await (file === undefined ? write(terminal.stdout, options.gap + text) : deliverToFile(file, text));
    return outcome.kind === 'script' ? 0 : exitCodeOf(outcome.report);
  }

  async function deliverToFile(path: string, text: string): Promise<void> {
    try {
      await writeOutputFile(path, text);
    } catch (error) {
      await write(terminal.stdout, options.gap + text);
      throw error;
    }
    if (!options.quiet) await write(terminal.stderr, `The report is in ${printableLines(path).join('')}\n`);
  }

  async function fail(error: MsgdbError): Promise<void> {
    const shown = censor.cleanError(error);
    const document = renderError(shown, format, command, fileLook);
    if (file !== undefined) await writeOutputFile(file, document).catch(() => {});
    else if (format !== 'human') await write(terminal.stdout, document);
    if (!seesDocument(options)) await write(terminal.stderr, forPeople(shown));
    if (options.verbose && error.code === 'MSGDB_INTERNAL') await write(terminal.stderr, stackOf(error.cause));
  }

  function forPeople(error: MsgdbError): string {
    return renderError(error, 'human', command, terminalLook(terminal.stderr, terminal, options));
  }

  /** Printed like this as it may hold anything: the text of a stack and of the causes behind it. */
  function stackOf(cause: unknown): string {
    return `${printableLines(censor.clean(redactUrls(inspect(cause, { colors: false, depth: 4 })))).join('\n')}\n`;
  }

  return { deliver, fail };
}

/** A document on stdout is enough where the person at the terminal, or the log of CI, has it in view. */
function seesDocument({ format, file, terminal }: OutletOptions): boolean {
  if (format === 'human' || file !== undefined) return false;
  return terminal.stdout.isTTY === true || terminal.stderr.isTTY !== true;
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
