import { passwordsOf } from '../config/environment.ts';
import type { Invocation } from './command-line/parse-command-line.ts';
import { createLogging, guessLogFormat } from './log/log.ts';
import { createOutlet } from './outlet.ts';
import { guessOutputOptions } from './output-options.ts';
import type { Process } from './process.ts';
import { runCommand } from './run-command.ts';
import { createCensor } from './terminal/censor.ts';
import { tolerateClosedPipes, write } from './terminal/terminal.ts';

/** Does what a command line asks for and gives the exit code. */
export async function runInvocation(invocation: Invocation, process: Process): Promise<number> {
  switch (invocation.kind) {
    case 'text':
      return await showText(invocation, process);
    case 'refused':
      return await refuse(invocation, process);
    case 'run':
      return await runCommand(invocation, process);
  }
}

/** Help that was asked for is the report; help in place of a command is not. */
async function showText({ text, exitCode }: Extract<Invocation, { kind: 'text' }>, process: Process): Promise<number> {
  tolerateClosedPipes(process, () => {});
  await write(exitCode === 0 ? process.stdout : process.stderr, text);
  return exitCode;
}

async function refuse(
  { error, command, flags }: Extract<Invocation, { kind: 'refused' }>,
  process: Process,
): Promise<number> {
  tolerateClosedPipes(process, () => {});
  const censor = createCensor(passwordsOf(process.env));
  const options = guessOutputOptions(flags);
  const common = { command, terminal: process, censor };
  const log = createLogging(common).open(guessLogFormat(flags, process.env), options);
  await createOutlet({ ...options, ...common, log, gap: '' }).fail(error);
  log.end(error.exitCode);
  return error.exitCode;
}
