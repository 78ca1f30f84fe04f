import { createHash } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import { parseWholeNumber } from '../../config/settings/whole-number.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { SingleFormat } from '../../report/fleet/fleet-form.ts';
import type { Input } from '../definition/command.ts';
import type { Flags } from '../definition/flag.ts';
import type { OutputOptions } from '../output-options.ts';
import type { Task } from '../task.ts';

/** How a command is run on many targets. */
export interface FleetOptions {
  /** Targets at a time. */
  readonly parallel: number;
  readonly continueOnError: boolean;
  /** The report of an earlier run. */
  readonly resume: string | undefined;
  /** Takes the run lock of each database. */
  readonly changes: boolean;
  /** Asks a person before it does. */
  readonly asks: boolean;
  readonly dryRun: boolean;
  /** Hash of what was asked for. */
  readonly asked: string;
}

const DEFAULT_PARALLEL = 4;
/** As `verify --race` has it. */
const DEFAULT_RACERS = 20;

/** Flags that need `--targets`. */
const FLEET_ONLY = {
  parallel: '--parallel',
  connections: '--connections',
  continueOnError: '--continue-on-error',
  resume: '--resume',
} as const satisfies Partial<Record<keyof Flags, string>>;

/** Flags that say one thing of one database. */
const ONE_DATABASE = {
  sql: ['--sql', 'A script is made for one database.'],
  plan: ['--plan', 'A plan file lists the rows of one database.'],
  planOut: ['--plan-out', 'A plan file lists the rows of one database.'],
  embedded: ['--embedded', 'Each target connects by itself to a server that is running.'],
  rewrite: ['--rewrite', 'It writes the files that all targets share.'],
  runs: ['--runs', 'A list of runs is long: of one database at a time.'],
  discover: ['--discover', 'What it proposes is looked at one database at a time.'],
} as const satisfies Partial<Record<keyof Flags, readonly [string, string]>>;

/** How and where it is shown, and on what: of two runs that differ in these alone one goes on with the other. */
const NOT_ASKED: ReadonlySet<string> = new Set([
  ...['targets', 'parallel', 'connections', 'continueOnError', 'resume', 'databaseUrl', 'wait', 'yes'],
  ...['format', 'output', 'quiet', 'verbose', 'color', 'logFormat', 'redact', 'samples'],
]);

/** @throws MsgdbError MSGDB_USAGE for flags that mean nothing without targets. */
export function refuseWithoutTargets(flags: Flags): void {
  const given = Object.entries(FLEET_ONLY).find(([name]) => flags[name as keyof typeof FLEET_ONLY] !== undefined);
  if (given === undefined) return;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${given[1]} is given without --targets.`,
    why: 'It says how a command is run on many databases or schemas.',
    fix: `Name them with --targets FILE, or leave ${given[1]} out.`,
  });
}

/** @throws MsgdbError MSGDB_USAGE */
export function parseFleetFlags({ command, input }: Task, config: Config): FleetOptions {
  const { flags } = input;
  refuseOneDatabase(input);
  const dryRun = flags.dryRun === true;
  const writes = ['migrate', 'rollback', 'dedupe'].includes(command.name) || flags.repair === true;
  const changes = writes && !dryRun;
  const wanted = parseWholeNumber('--parallel', flags.parallel, { least: 1, fallback: DEFAULT_PARALLEL });
  const connections = parseWholeNumber('--connections', flags.connections, { least: 1, fallback: undefined });
  return {
    parallel: limitParallel(wanted, connections, {
      command: command.name,
      each: connectionsOf(flags, changes, config),
    }),
    continueOnError: flags.continueOnError === true,
    resume: flags.resume,
    changes,
    asks: changes && (command.name === 'dedupe' || flags.repair === true),
    dryRun,
    asked: askedFor(command.name, input),
  };
}

/** Why a format is of one database. */
const SINGLE: Readonly<Record<SingleFormat, string>> = {
  sarif: 'It is about places in source files, not about databases.',
  gitlab: 'It is about places in source files, not about databases.',
  markdown: 'A comment is about one database.',
  html: 'A page is about one database.',
};

/** @throws MsgdbError MSGDB_USAGE for a form that cannot be written as the targets come. */
export function refuseFormats({ format, printed, files }: OutputOptions): void {
  const wanted = [...(printed ? [format] : []), ...files.map((file) => file.format)];
  const single = wanted.find((each): each is SingleFormat => Object.hasOwn(SINGLE, each));
  if (single === undefined) return;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `The format ${single} does not go with --targets.`,
    why: SINGLE[single],
    fix: 'Write --format json, ndjson, junit or github.',
  });
}

function refuseOneDatabase({ flags, arguments: words }: Input): void {
  const given = Object.entries(ONE_DATABASE).find(([name]) => flags[name as keyof typeof ONE_DATABASE] !== undefined);
  if (given) {
    const [flag, why] = given[1];
    throw new MsgdbError('MSGDB_USAGE', {
      what: `--targets and ${flag} are given together.`,
      why,
      fix: `Leave ${flag} out, or run the command on one database without --targets.`,
    });
  }
  if (words[0] !== '-') return;
  throw new MsgdbError('MSGDB_USAGE', {
    what: 'The migrations of many targets cannot be read from standard input.',
    why: 'It can be read once, and each target reads them.',
    fix: 'Write the SQL into a file and name that instead of -.',
  });
}

/** The most sessions that a target has at a time. A run has one for its lock and one to watch a build. */
function connectionsOf(flags: Flags, changes: boolean, { jobs }: Config): number {
  if (changes) return jobs + 2;
  if (flags.race === undefined) return 1;
  const racers = flags.race === true ? undefined : flags.race;
  return parseWholeNumber('--race', racers, { least: 2, fallback: DEFAULT_RACERS }) + 2;
}

function limitParallel(
  wanted: number,
  connections: number | undefined,
  { command, each }: { readonly command: string; readonly each: number },
): number {
  if (connections === undefined) return wanted;
  if (connections >= each) return Math.min(wanted, Math.floor(connections / each));
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--connections ${connections} is too few: \`${command}\` has up to ${each} connections to a target.`,
    why:
      each === 3
        ? 'A run has a session for its work, one for its lock and one to watch an index build.'
        : 'Each session of --jobs and --race is one.',
    fix: `Write --connections ${each} or more.`,
  });
}

function askedFor(command: string, { arguments: words, flags }: Input): string {
  const said = Object.entries(flags).filter(([name]) => !NOT_ASKED.has(name));
  const sorted = said.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([command, words, sorted]))
    .digest('hex')
    .slice(0, 16);
}
