import { inspect } from 'node:util';
import { redactUrls } from '../config/redact.ts';
import type { MsgdbError } from '../model/errors.ts';
import type { RunEvent } from '../model/event.ts';
import { exitCodeOf } from '../model/exit-code.ts';
import type { Look, ReportFormat } from '../report/look.ts';
import { renderNdjsonBegin } from '../report/ndjson.ts';
import { renderError, renderReport } from '../report/render.ts';
import type { Outcome } from './definition/command.ts';
import type { Log } from './log/log.ts';
import { writeOutputFile } from './output-file.ts';
import type { OutputFile, OutputOptions } from './output-options.ts';
import { createEventStream } from './progress/event-stream.ts';
import { addStepSummary } from './step-summary.ts';
import type { Censor } from './terminal/censor.ts';
import { plainLook, terminalLook } from './terminal/look.ts';
import { type Terminal, write } from './terminal/terminal.ts';

/** Where what a command gave leaves the program: a report to stdout or a file, an error to where it is seen. */
export interface Outlet {
  /** Writes what happens, where it is part of the report on stdout. */
  follow(event: RunEvent): void;
  /** Writes the report and gives the exit code. Where the file fails, the report still comes out, on stdout. */
  deliver(outcome: Outcome): Promise<number>;
  /** Writes the error: to stderr for people, as a document where a document was asked for. Never throws. */
  fail(error: MsgdbError): Promise<void>;
}

export interface OutletOptions extends OutputOptions {
  readonly command: string;
  readonly terminal: Terminal;
  readonly censor: Censor;
  readonly log: Log;
  /** Put between a story on stdout and the report. */
  readonly gap: '\n' | '';
}

export function createOutlet(options: OutletOptions): Outlet {
  const { terminal, files, printed, format, command, censor, log } = options;
  const fileLook = plainLook(terminal, options);
  const live = printed && format === 'ndjson';
  const eventLine = createEventStream({ verbose: options.verbose, clean: censor.clean });
  let begun = false;

  function follow(event: RunEvent): void {
    const line = live ? eventLine(event) : '';
    if (line === '' || !terminal.stdout.writable) return;
    terminal.stdout.write(begun ? line : renderNdjsonBegin(command) + line);
    begun = true;
  }

  /** The report without what is written of it already. */
  function rest(text: string): string {
    return begun ? text.slice(text.indexOf('\n') + 1) : text;
  }

  async function deliver(outcome: Outcome): Promise<number> {
    if (printed) await print(outcome);
    await deliverToFiles(outcome);
    return outcome.kind === 'script' ? 0 : exitCodeOf(outcome.report);
  }

  async function print(outcome: Outcome): Promise<void> {
    const look = terminalLook(terminal.stdout, terminal, options);
    await write(terminal.stdout, options.gap + rest(textOf(outcome, format, look)));
    if (format === 'github' && outcome.kind === 'report') {
      await addStepSummary(textOf(outcome, 'markdown', fileLook), terminal, log);
    }
  }

  /** One that cannot be written does not keep the others from being. */
  async function deliverToFiles(outcome: Outcome): Promise<void> {
    const written: OutputFile[] = [];
    const failures: unknown[] = [];
    for (const file of files) {
      await writeOutputFile(file.path, textOf(outcome, file.format, fileLook)).then(
        () => written.push(file),
        (failure) => failures.push(failure),
      );
    }
    if (failures.length > 0 && !printed) await print(outcome);
    if (!options.quiet && written.length > 0) await log.say(announce(outcome, written));
    if (failures.length > 0) throw failures[0];
  }

  async function fail(error: MsgdbError): Promise<void> {
    const shown = censor.cleanError(error);
    for (const file of files) {
      await writeOutputFile(file.path, renderError(shown, file.format, command, fileLook)).catch(() => {});
    }
    if (printed && format !== 'human')
      await write(terminal.stdout, rest(renderError(shown, format, command, fileLook)));
    if (printed && format === 'github') {
      await addStepSummary(renderError(shown, 'markdown', command, fileLook), terminal, log);
    }
    if (log.form === 'json' || !seesDocument(options)) await log.fail(shown);
    if (options.verbose && error.code === 'MSGDB_INTERNAL') await log.trace(stackOf(error.cause));
  }

  /** The text of a stack and of the causes behind it: it may hold anything. */
  function stackOf(cause: unknown): string {
    return censor.clean(redactUrls(inspect(cause, { colors: false, depth: 4 })));
  }

  return { follow, deliver, fail };
}

/** A document on stdout is enough where the person at the terminal, or the log of CI, has it in view. */
function seesDocument({ format, printed, terminal }: OutletOptions): boolean {
  if (format === 'human' || !printed) return false;
  return terminal.stdout.isTTY === true || terminal.stderr.isTTY !== true;
}

function textOf(outcome: Outcome, format: ReportFormat, look: Look): string {
  return outcome.kind === 'script' ? withNewline(outcome.text) : renderReport(outcome.report, format, look);
}

function announce({ kind }: Outcome, files: readonly OutputFile[]): string {
  return `The ${kind} is in ${files.map(({ path }) => path.replaceAll(/\r?\n/g, '')).join(', ')}`;
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
