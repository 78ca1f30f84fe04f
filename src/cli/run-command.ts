import { homedir } from 'node:os';
import type { Context } from '../commands/context/context.ts';
import type { Config } from '../config/config.ts';
import { passwordsOf } from '../config/environment.ts';
import { type LoadedConfig, prepareConfig } from '../config/load-config.ts';
import { asError } from '../library/as-error.ts';
import { createContext, libraryEntry } from '../library/create-context.ts';
import { CODES } from '../model/codes.ts';
import type { Listener } from '../model/event.ts';
import { maskValueInAscii } from '../report/redact/mask.ts';
import { redactEvent } from '../report/redact/messages.ts';
import { createRedactor } from '../report/redact/redactor.ts';
import { renderPreview } from '../report/render.ts';
import type { Command, Outcome } from './definition/command.ts';
import { DRY_RUN_FLAG, SQL_FLAG } from './definition/flags.ts';
import { refuseWithoutTargets } from './fleet/fleet-options.ts';
import { offersGuide } from './guide/offers-guide.ts';
import { createLogging, guessLogFormat, type Log, type Logging } from './log/log.ts';
import { createOutlet, type Outlet, type OutletOptions } from './outlet.ts';
import { checkOutputFile } from './output-file.ts';
import { guessOutputOptions, type OutputOptions, parseOutputOptions, refuseFormatOfScript } from './output-options.ts';
import type { Process } from './process.ts';
import type { Display } from './progress/display.ts';
import type { Task } from './task.ts';
import { ask } from './terminal/ask.ts';
import { createCensor } from './terminal/censor.ts';
import { type Interruption, listenForSignals } from './terminal/interruption.ts';
import { catchUncaught } from './terminal/leave.ts';
import { terminalLook } from './terminal/look.ts';
import { tolerateClosedPipes } from './terminal/terminal.ts';

/** Configures, works and reports; what is thrown is shown here, once. Gives the exit code. */
export async function runCommand(task: Task, process: Process): Promise<number> {
  const stage = openStage(task, process);
  catchUncaught(process, async (thrown) => fail(stage, thrown));
  try {
    if (task.input.flags.targets !== undefined) return exitWith(stage, await performOnAll(task, process, stage));
    refuseWithoutTargets(task.input.flags);
    const outcome = await perform(task, process, stage);
    stage.display?.close();
    return exitWith(stage, await stage.outlet.deliver(outcome));
  } catch (thrown) {
    return await fail(stage, thrown);
  } finally {
    stage.interruption.release();
  }
}

/** What a command is shown with: the outlet and the display are replaced once it is known what is wanted. */
interface Stage {
  readonly common: Pick<OutletOptions, 'command' | 'terminal' | 'censor'>;
  readonly interruption: Interruption;
  readonly logging: Logging;
  log: Log;
  outlet: Outlet;
  display: Display | undefined;
  /** Has who read the output closed it? */
  readerGone: boolean;
}

function openStage(task: Task, process: Process): Stage {
  const censor = createCensor(passwordsOf(process.env));
  const common = { command: documentName(task), terminal: process, censor };
  const interruption = listenForSignals(process, {
    onFirst: (signal) => stage.display?.listen({ kind: 'note', message: STOPPING[signal] }),
    onSecond: () => stage.display?.close(),
  });
  const guess = guessOutputOptions(task.input.flags);
  const logging = createLogging(common);
  const log = logging.open(guessLogFormat(task.input.flags, process.env), guess);
  const outlet = createOutlet({ ...guess, ...common, log, gap: '' });
  const stage: Stage = { common, interruption, logging, log, outlet, display: undefined, readerGone: false };
  tolerateClosedPipes(process, () => {
    stage.readerGone = true;
    interruption.interrupt();
  });
  return stage;
}

/** On each of many databases or schemas. */
async function performOnAll(task: Task, process: Process, stage: Stage): Promise<number> {
  const { runFleet } = await import('./fleet/run-fleet.ts');
  return await runFleet(task, {
    process,
    interruption: stage.interruption,
    censor: stage.common.censor,
    prepare: async () => configure(task, process, stage.interruption.signal),
    openLog: (config, options) => openLog(stage, config, options),
    onDisplay: (display) => {
      stage.display = { ...display, listen: (event) => event.kind === 'note' && display.note(event.message) };
    },
  });
}

async function perform(task: Task, process: Process, stage: Stage): Promise<Outcome> {
  const { common, interruption } = stage;
  const { censor } = common;
  const options = parseOutputOptions(task.input.flags);
  if (printsScript(task)) refuseFormatOfScript(task.input.flags);
  for (const { path } of options.files) await checkOutputFile(path);
  const { config } = await configure(task, process, interruption.signal);
  censor.learn(config.secrets);
  const log = openLog(stage, config, options);
  const story = tellsStory(task, options);
  stage.outlet = createOutlet({ ...options, ...common, log, redact: config.redact, gap: story ? '\n' : '' });
  if (!options.quiet) await log.warn(config.warnings);
  const display = story
    ? stage.logging.open('human', options).openDisplay(process.stdout)
    : log.openDisplay(process.stderr);
  stage.display = display;
  const shown = heardBy(display, stage.outlet.follow);
  return await work(task, config, { process, display: withoutRows(shown, config), interruption });
}

/** As it is configured: from here on it is known how what goes to stderr is to look. */
function openLog(stage: Stage, { logFormat, redact }: Config, options: OutputOptions): Log {
  stage.log = stage.logging.open(logFormat, { ...options, redact });
  stage.log.begin();
  return stage.log;
}

async function fail(stage: Stage, thrown: unknown): Promise<number> {
  stage.display?.close();
  const error = asError(thrown, stage.interruption);
  if (error.code === 'MSGDB_INTERRUPTED' && stage.readerGone) return exitWith(stage, 0);
  await stage.outlet.fail(error);
  return exitWith(stage, error.exitCode);
}

/** An interruption has the exit code of the signal that it was. */
function exitWith({ interruption, log }: Stage, code: number): number {
  const exitCode = code === CODES.MSGDB_INTERRUPTED.exit ? (interruption.exitCode() ?? code) : code;
  log.end(exitCode);
  return exitCode;
}

const STOPPING = {
  SIGINT: 'stopping at the next safe point; press Ctrl-C again to quit at once',
  SIGTERM: 'received SIGTERM: stopping at the next safe point',
} as const;

async function configure({ input }: Task, process: Process, signal: AbortSignal): Promise<LoadedConfig> {
  return await prepareConfig({
    cwd: process.cwd(),
    env: process.env,
    home: homedir(),
    flags: input.flags,
    libraryEntry: libraryEntry(),
    signal,
  });
}

interface Surroundings {
  readonly process: Process;
  readonly display: Display;
  readonly interruption: Interruption;
}

async function work(
  { command, input }: Task,
  config: Config,
  { process, display, interruption }: Surroundings,
): Promise<Outcome> {
  const look = terminalLook(process.stderr, process, { ...guessOutputOptions(input.flags), redact: config.redact });
  const first = lookFirst(command);
  const context: Context = createContext(config, {
    env: process.env,
    workingDir: process.cwd(),
    signal: interruption.signal,
    emit: display.listen,
    confirm: async (text, seen) => {
      if (input.flags.yes) return true;
      display.pause();
      const answer = await ask({ text, preview: renderPreview(seen, look), look: first }, process, interruption);
      display.resume();
      return answer;
    },
  });
  if (!command.lead || !offersGuide(input.flags, process)) return await command.run(context, input);
  const { createTerminalAsker } = await import('./guide/terminal-asker.ts');
  const asker = createTerminalAsker({ terminal: process, interruption, look: first }, display);
  return await command.lead(context, asker, look);
}

/** With the same flags: they name the rule. */
function lookFirst({ flags }: Command): string {
  return flags.some(({ usage }) => usage === DRY_RUN_FLAG.usage)
    ? 'the same command with --dry-run'
    : '`msgdb archive list`';
}

function heardBy(display: Display, other: Listener): Display {
  return {
    ...display,
    listen: (event) => {
      display.listen(event);
      other(event);
    },
  };
}

/** What others run, and what functions of the database raise, may hold row contents. */
function withoutRows(display: Display, { redact }: Config): Display {
  const redactor = createRedactor(redact, maskValueInAscii);
  return redactor ? { ...display, listen: (event) => display.listen(redactEvent(event, redactor)) } : display;
}

/** Whether the events go to stdout, before the report: for people, unless --quiet asks for less. */
function tellsStory({ command }: Task, { format, quiet }: OutputOptions): boolean {
  return command.tellsStory === true && format === 'human' && !quiet;
}

function printsScript({ command, input }: Task): boolean {
  return input.flags.sql === true && command.flags.includes(SQL_FLAG);
}

/** Documents name a family as one command, as reports do: `archive`. */
function documentName({ command }: Task): string {
  return command.name.split(' ')[0] ?? command.name;
}
