import type { LoadedConfig } from '../../config/load-config.ts';
import { configureTargets, type Target } from '../../config/targets/configure-targets.ts';
import { createContext } from '../../library/create-context.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { FleetEntry } from '../../model/fleet-report.ts';
import { startTimer } from '../../model/start-timer.ts';
import { checkOutputFile } from '../output-file.ts';
import { type OutputOptions, parseOutputOptions } from '../output-options.ts';
import type { Task } from '../task.ts';
import { terminalLook } from '../terminal/look.ts';
import { confirmFleet } from './confirm-fleet.ts';
import { databaseKey, type Fleet, type FleetStage, paceOf, surroundingsOf, workOn } from './fleet.ts';
import { createFleetDisplay, type FleetDisplay } from './fleet-display.ts';
import { createFleetLog } from './fleet-log.ts';
import { parseFleetFlags, refuseFormats } from './fleet-options.ts';
import { type FleetOutlet, openFleetOutlet } from './fleet-outlet.ts';
import { readEarlier } from './read-earlier.ts';
import { readTargets } from './read-targets.ts';
import { schedule } from './schedule.ts';
import { createTally, type Tally } from './tally.ts';
import { untouched } from './work-on-target.ts';

/**
 * Runs a command on every target and writes the report as they end. Gives the exit code: the highest of theirs.
 * @throws MsgdbError for what keeps it from being begun.
 */
export async function runFleet(task: Task, stage: FleetStage): Promise<number> {
  const elapsed = startTimer();
  const flags = parseOutputOptions(task.input.flags);
  refuseFormats(flags);
  for (const { path } of flags.files) await checkOutputFile(path);
  const base = await stage.prepare();
  const options = parseFleetFlags(task, base.config);
  const output = { ...flags, redact: base.config.redact };
  const targets = await findTargets(task, base, stage);
  refuseSharedHistory(task, targets);
  const log = stage.openLog(base.config, output);
  const display = log.form === 'json' ? createFleetLog(log, output) : openDisplay(output, stage);
  stage.onDisplay(display);
  for (const warning of new Set(targets.flatMap(({ config }) => config.warnings))) display.warn(warning);
  const fleet: Fleet = { task, stage, options, output, display };
  const { ahead, done } = await leaveOutDone(targets, fleet);
  const confirmed = options.asks ? await confirmFleet(ahead, fleet) : { ahead, failed: [] };
  return await report(fleet, { ...confirmed, all: targets.length, done, elapsed });
}

async function findTargets({ input }: Task, base: LoadedConfig, stage: FleetStage): Promise<readonly Target[]> {
  const { process, censor } = stage;
  censor.learn(base.config.secrets);
  const context = createContext(base.config, { ...surroundingsOf(stage), emit: () => undefined });
  const named = await readTargets(input.flags.targets ?? '', context, process);
  const targets = await configureTargets(named, base, process.cwd());
  for (const { config } of targets) censor.learn(config.secrets);
  return targets;
}

/** @throws MsgdbError MSGDB_USAGE for two targets of one database, where the history of the database decides. */
function refuseSharedHistory({ command }: Task, targets: readonly Target[]): void {
  if (command.name !== 'migrate' && command.name !== 'rollback') return;
  const first = new Map<string, Target>();
  for (const target of targets) {
    const key = databaseKey(target.config) ?? target.name;
    const other = first.get(key);
    if (other) throw sharedHistory(command.name, other, target);
    first.set(key, target);
  }
}

function sharedHistory(command: string, one: Target, other: Target): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `\`${command}\` cannot be run on two targets of one database: ${one.name} and ${other.name}.`,
    why: 'A database has one history of migrations: what is applied in one schema would be taken for applied in the others.',
    fix: 'Name one target of each database. `find-duplicates`, `verify`, `dedupe` and `preflight` work on many schemas.',
  });
}

interface Split {
  readonly ahead: readonly Target[];
  readonly done: readonly Target[];
}

async function leaveOutDone(targets: readonly Target[], { task, options, stage }: Fleet): Promise<Split> {
  if (options.resume === undefined) return { ahead: targets, done: [] };
  const how = { runs: task.command.name, asked: options.asked, workingDir: stage.process.cwd() };
  const earlier = await readEarlier(options.resume, how);
  return {
    ahead: targets.filter((each) => !earlier.isDone(each)),
    done: targets.filter((each) => earlier.isDone(each)),
  };
}

/** What is known of the targets before the first one is begun. */
interface Ahead extends Split {
  readonly all: number;
  readonly failed: readonly FleetEntry[];
  readonly elapsed: () => number;
}

async function report(fleet: Fleet, { all, done, failed, ahead, elapsed }: Ahead): Promise<number> {
  const { task, stage, options, output, display } = fleet;
  const { dryRun, asked, parallel, changes } = options;
  const outlet = await openFleetOutlet({ ...output, terminal: stage.process, display, clean: stage.censor.clean });
  const tally = createTally({ looks: !changes });
  try {
    await outlet.open({ runs: task.command.name, dryRun, asked, targets: all, parallel: Math.min(parallel, all) });
    const known = [...done.map((each) => untouched(each, 'done before')), ...failed];
    for (const entry of known) await note(entry, { tally, outlet });
    const left = await workOnAll(ahead, fleet, { tally, outlet });
    for (const target of left) await note(untouched(target, 'not begun'), { tally, outlet });
    display.close();
    const { aborted } = stage.interruption.signal;
    const end = tally.end({ runs: task.command.name, next: nextCommand(output), interrupted: aborted, elapsed });
    await outlet.close(end);
    return end.exitCode;
  } catch (error) {
    await outlet.abandon();
    throw error;
  }
}

/** Where what came of a target goes. */
interface Books {
  readonly tally: Tally;
  readonly outlet: FleetOutlet;
}

/** Gives the targets that were not begun. */
async function workOnAll(targets: readonly Target[], fleet: Fleet, books: Books): Promise<readonly Target[]> {
  const { stage, options, display } = fleet;
  const task = options.asks ? withoutQuestion(fleet.task) : fleet.task;
  const stopped = () => stage.interruption.signal.aborted || (books.tally.failed() && !options.continueOnError);
  display.expect(targets.length);
  return await schedule(targets, paceOf(options, stopped), async (target) => {
    const entry = await workOn(target, task, fleet, books.outlet.following(target.name));
    display.end(target.name, entry);
    await note(entry, books);
  });
}

async function note(entry: FleetEntry, { tally, outlet }: Books): Promise<void> {
  tally.add(entry);
  await outlet.entry(entry);
}

/** All targets were asked about together. */
function withoutQuestion(task: Task): Task {
  return { ...task, input: { ...task.input, flags: { ...task.input.flags, yes: true } } };
}

function openDisplay(output: OutputOptions, { process, censor }: FleetStage): FleetDisplay {
  const { stderr } = process;
  return createFleetDisplay({
    quiet: output.quiet,
    verbose: output.verbose,
    animated: stderr.isTTY === true && process.env.TERM !== 'dumb' && !process.env.CI,
    named: output.printed && output.format === 'human',
    stderr,
    look: terminalLook(stderr, process, output),
    clean: censor.clean,
  });
}

/** What goes on with the run, where its report can be read again. */
function nextCommand({ files }: OutputOptions): string | undefined {
  const file = files.find(({ format }) => format === 'json');
  return file && `the same command with --resume ${file.path}`;
}
