import type { Target } from '../../config/targets/configure-targets.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { FleetEntry } from '../../model/fleet-report.ts';
import { createFleetForm } from '../../report/fleet/fleet-form.ts';
import { ask, requireTerminal } from '../terminal/ask.ts';
import { terminalLook } from '../terminal/look.ts';
import { write } from '../terminal/terminal.ts';
import { type Fleet, paceOf, workOn } from './fleet.ts';
import { schedule } from './schedule.ts';

/** What is left to do once the question is answered with yes. */
export interface Confirmed {
  readonly ahead: readonly Target[];
  /** Targets that could not even be looked at. */
  readonly failed: readonly FleetEntry[];
}

const LOOK = 'the same command with --dry-run';

/**
 * Shows what would be done on all targets, and asks about them once.
 * @throws MsgdbError MSGDB_CONFIRMATION_NEEDED when the answer is no, or there is no terminal to ask on.
 */
export async function confirmFleet(targets: readonly Target[], fleet: Fleet): Promise<Confirmed> {
  const { task, stage, options, display } = fleet;
  if (task.input.flags.yes || targets.length === 0) return { ahead: targets, failed: [] };
  const many = countOf(targets.length, 'target');
  requireTerminal({ text: `Remove the copies in ${many}?`, look: LOOK }, stage.process);
  const { rows, broken, failed } = await lookAtAll(targets, fleet);
  const left = targets.filter(({ name }) => !failed.some((entry) => entry.name === name));
  if (stage.interruption.signal.aborted) {
    throw new MsgdbError('MSGDB_INTERRUPTED', { what: 'Interrupted: nothing was changed.' });
  }
  if (rows === 0 || (failed.length > 0 && !options.continueOnError)) return { ahead: left, failed };
  display.close();
  const text = `Remove ${countOf(rows, 'excess row')} in ${countOf(broken, 'target')}, as shown above?`;
  if (await ask({ text, preview: '\n', look: LOOK }, stage.process, stage.interruption)) return { ahead: left, failed };
  throw new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: `Nothing was changed: removing ${countOf(rows, 'row')} was not confirmed.`,
    why: 'The answer was no.',
    fix: 'Run the command again when you are sure, and answer yes.',
  });
}

async function lookAtAll(targets: readonly Target[], fleet: Fleet) {
  const { task, stage, options, output, display } = fleet;
  const { stderr } = stage.process;
  const form = createFleetForm('human', terminalLook(stderr, stage.process, output));
  const dry = { ...task, input: { ...task.input, flags: { ...task.input.flags, dryRun: true as const } } };
  const failed: FleetEntry[] = [];
  let rows = 0;
  let broken = 0;
  const stopped = () => stage.interruption.signal.aborted || (failed.length > 0 && !options.continueOnError);
  display.expect(targets.length);
  await schedule(targets, paceOf({ ...options, changes: false }, stopped), async (target) => {
    const entry = await workOn(target, dry, fleet, () => undefined);
    const excess = excessOf(entry);
    rows += excess;
    if (excess > 0) broken += 1;
    if (entry.status === 'failed') failed.push(entry);
    display.end(target.name);
    if (excess === 0 && entry.status === 'ok') return;
    display.pause();
    await write(stderr, form.entry(entry));
    display.resume();
  });
  return { rows, broken, failed };
}

function excessOf({ report }: FleetEntry): number {
  const done = report?.command === 'preflight' ? report.repair : report;
  const targets = done && 'targets' in done ? done.targets : [];
  return targets.reduce((sum, { excessRows }) => sum + excessRows, 0);
}
