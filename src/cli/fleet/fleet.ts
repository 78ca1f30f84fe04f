import type { Config } from '../../config/config.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import type { Target } from '../../config/targets/configure-targets.ts';
import type { Surroundings } from '../../library/create-context.ts';
import type { Listener, RunEvent } from '../../model/event.ts';
import type { FleetEntry } from '../../model/fleet-report.ts';
import { maskValueInAscii } from '../../report/redact/mask.ts';
import { redactEvent } from '../../report/redact/messages.ts';
import { createRedactor } from '../../report/redact/redactor.ts';
import type { Log } from '../log/log.ts';
import type { OutputOptions } from '../output-options.ts';
import type { Process } from '../process.ts';
import type { Task } from '../task.ts';
import type { Censor } from '../terminal/censor.ts';
import type { Interruption } from '../terminal/interruption.ts';
import type { FleetDisplay } from './fleet-display.ts';
import type { FleetOptions } from './fleet-options.ts';
import type { Pace } from './schedule.ts';
import { workOnTarget } from './work-on-target.ts';

/** Where a fleet is run. */
export interface FleetStage {
  readonly process: Process;
  readonly interruption: Interruption;
  readonly censor: Censor;
  /** Configures the command as for one database. */
  readonly prepare: () => Promise<LoadedConfig>;
  /** Opens what goes to stderr, once it is known how that is to look. */
  readonly openLog: (config: Config, options: OutputOptions) => Log;
  /** Is told what shows the run, to close it when something unexpected ends it. */
  readonly onDisplay: (display: FleetDisplay) => void;
}

/** A command that is run on many targets. */
export interface Fleet {
  readonly task: Task;
  readonly stage: FleetStage;
  readonly options: FleetOptions;
  readonly output: OutputOptions;
  readonly display: FleetDisplay;
}

/** Works on one target, and shows meanwhile what is done. */
export async function workOn(target: Target, task: Task, fleet: Fleet, follow: Listener): Promise<FleetEntry> {
  const { stage, display } = fleet;
  const redactor = createRedactor(target.config.redact, maskValueInAscii);
  display.begin(target.name);
  const emit = (event: RunEvent): void => {
    const shown = redactor ? redactEvent(event, redactor) : event;
    display.follow(target.name, shown);
    follow(shown);
  };
  return await workOnTarget(
    target,
    task,
    { ...surroundingsOf(stage), targetSchema: target.schema, emit },
    stage.censor,
  );
}

/** One run at a time works on a database: those that change one wait for each other here, and not for its lock. */
export function paceOf({ parallel, changes }: FleetOptions, stopped: () => boolean): Pace<Target> {
  return { parallel, stopped, keyOf: ({ config }) => (changes ? databaseKey(config) : undefined) };
}

/** The same for all targets in one database. */
export function databaseKey({ database }: Config): string | undefined {
  return database.kind === 'url' ? JSON.stringify([database.target.hosts, database.target.database]) : undefined;
}

export function surroundingsOf({ process, interruption }: FleetStage): Omit<Surroundings, 'emit'> {
  return {
    env: process.env,
    workingDir: process.cwd(),
    signal: interruption.signal,
    // All targets were asked about together.
    confirm: async () => true,
  };
}
