import { parseWholeNumber } from '../../config/settings/whole-number.ts';
import { type Command, reportOutcome } from '../definition/command.ts';
import { FLEET_FLAGS, flag, MEMORY_FLAG, RULE_FLAGS } from '../definition/flags.ts';
import { parseRule } from '../values/rule.ts';
import { FIND_DUPLICATES, LOOKING } from './find-duplicates.ts';

const group = LOOKING;

/** Runs that `status --runs` lists when it does not say. */
const DEFAULT_RUNS = 20;

/** Sessions of `verify --race` when it does not say. */
const DEFAULT_RACERS = 20;

/** Commands that only read. */
export const LOOKING_COMMANDS: readonly Command[] = [
  FIND_DUPLICATES,
  {
    name: 'verify',
    group,
    summary: 'check that every rule holds and is enforced',
    description:
      'Checks the database itself, for each rule: its index exists, is valid and has the right definition, no row ' +
      'breaks the rule, and upserts can use the index. Also checks that no migration is pending. Exit code 1 when a check fails.',
    arguments: [],
    flags: [
      ...RULE_FLAGS,
      flag('--heap', 'read the tables without their indexes, then compare the indexes with them (amcheck)'),
      flag('--race [N]', 'let N sessions upsert one key at once, in a scratch schema (default: 20)'),
      ...MEMORY_FLAG,
      ...FLEET_FLAGS,
    ],
    examples: [
      { command: 'msgdb verify', meaning: 'every rule of the migrations' },
      { command: 'msgdb verify --heap', meaning: 'after an upgrade of the operating system, or a crash' },
      { command: 'msgdb verify --race', meaning: 'also let 20 sessions upsert one key of each rule' },
      { command: 'msgdb verify --format junit --output verify.xml', meaning: 'as test results, for CI' },
      { command: 'msgdb verify --table chat --key "lower(email)"', meaning: 'one rule' },
    ],
    run: async (context, { flags }) => {
      const rule = parseRule(flags);
      const given = flags.race === true ? undefined : flags.race;
      const racers = parseWholeNumber('--race', given, { least: 2, fallback: DEFAULT_RACERS });
      const { verify } = await import('../../commands/verify/verify.ts');
      const race = flags.race === undefined ? {} : { race: racers };
      const how = { ...(rule ? { rule } : {}), ...race, heap: flags.heap === true };
      return reportOutcome(await verify(context, how));
    },
  },
  {
    name: 'doctor',
    group,
    summary: 'check for what would block a run, and for what killed runs have left',
    description:
      'Checks the connection, the role, invalid indexes, triggers and indexes that a killed run has left, collations ' +
      'that have changed, and transactions that an index build would wait for. Exit code 1 when something is wrong.',
    arguments: [],
    flags: [...FLEET_FLAGS],
    examples: [
      { command: 'msgdb doctor', meaning: 'before a migration, or after one that was killed' },
      { command: 'msgdb doctor --targets tenants.txt', meaning: 'each database of a fleet, before a deployment' },
      { command: 'msgdb doctor --wait 60s', meaning: 'where the server is only starting' },
    ],
    run: async (context) => {
      const { doctor } = await import('../../commands/doctor/doctor.ts');
      return reportOutcome(await doctor(context));
    },
  },
  {
    name: 'status',
    group,
    summary: 'show which migrations are applied',
    description:
      'Lists the migrations and their state, and indexes of applied migrations that are missing. Exit code 1 when a migration failed or an index is missing; with --exit-code also when a migration is pending.',
    arguments: [],
    flags: [
      flag('--exit-code', 'also exit with 1 when a migration is pending'),
      flag('--runs [N]', 'also list the latest N runs: who, when, how long, and what changed (default: 20)'),
      ...FLEET_FLAGS,
    ],
    examples: [
      { command: 'msgdb status', meaning: 'applied, pending and failed migrations' },
      { command: 'msgdb status --exit-code', meaning: 'as a check before a deployment' },
      { command: 'msgdb status --runs', meaning: 'who changed what, and when' },
      {
        command: 'msgdb status --targets tenants.txt --exit-code',
        meaning: 'which databases of a fleet lack a migration',
      },
    ],
    run: async (context, { flags }) => {
      const given = flags.runs === true ? undefined : flags.runs;
      const most = parseWholeNumber('--runs', given, { least: 1, fallback: DEFAULT_RUNS });
      const runs = flags.runs === undefined ? undefined : most;
      const { status } = await import('../../commands/status/status.ts');
      return reportOutcome(await status(context, { exitCode: flags.exitCode === true, runs }));
    },
  },
];
