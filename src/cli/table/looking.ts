import { parseWholeNumber } from '../../config/whole-number.ts';
import { type Command, reportOutcome } from '../command-line/command.ts';
import { flag, RULE_FLAGS, SAMPLES_FLAG } from '../command-line/flags.ts';
import { parseRule } from '../values/rule.ts';

const group = 'Look, without changing anything:';

/** Groups shown a rule when --samples does not say. */
export const DEFAULT_SAMPLES = 5;

/** Sessions of `verify --race` when it does not say. */
const DEFAULT_RACERS = 20;

/** Commands that only read. */
export const LOOKING_COMMANDS: readonly Command[] = [
  {
    name: 'find-duplicates',
    group,
    summary: 'find the rows that break a uniqueness rule',
    description:
      'Counts the rows that break a rule and shows some of them. Without --table it looks at every rule of the ' +
      'migrations. Exit code 1 when there are any.',
    arguments: [],
    flags: [...RULE_FLAGS, SAMPLES_FLAG],
    examples: [
      { command: 'msgdb find-duplicates', meaning: 'every rule of the migrations' },
      { command: 'msgdb find-duplicates --table messages --key wa_message_id', meaning: 'a rule without a migration' },
      { command: 'msgdb find-duplicates --redact --format json', meaning: 'for programs, without row contents' },
    ],
    run: async (context, { flags }) => {
      const rule = parseRule(flags);
      const samples = parseWholeNumber('--samples', flags.samples, { least: 0, fallback: DEFAULT_SAMPLES });
      const { findDuplicates } = await import('../../commands/find-duplicates.ts');
      return reportOutcome(await findDuplicates(context, { ...(rule ? { rule } : {}), samples }));
    },
  },
  {
    name: 'verify',
    group,
    summary: 'prove that every rule holds and is enforced',
    description:
      'Reads the database back: the index of each rule is there, valid and of the right definition, no row breaks it, ' +
      'upserts can use it, and no migration is pending. Exit code 1 when a check fails.',
    arguments: [],
    flags: [
      ...RULE_FLAGS,
      flag('--race [N]', 'let N sessions upsert one key at once, in a scratch schema (default: 20)'),
    ],
    examples: [
      { command: 'msgdb verify', meaning: 'every rule of the migrations' },
      { command: 'msgdb verify --race', meaning: 'and 20 sessions at once for each' },
      { command: 'msgdb verify --format junit --output verify.xml', meaning: 'as test results, for CI' },
      { command: 'msgdb verify --table chat --key "lower(email)"', meaning: 'one rule' },
    ],
    run: async (context, { flags }) => {
      const rule = parseRule(flags);
      const given = flags.race === true ? undefined : flags.race;
      const racers = parseWholeNumber('--race', given, { least: 2, fallback: DEFAULT_RACERS });
      const { verify } = await import('../../commands/verify.ts');
      const race = flags.race === undefined ? {} : { race: racers };
      return reportOutcome(await verify(context, { ...(rule ? { rule } : {}), ...race }));
    },
  },
  {
    name: 'status',
    group,
    summary: 'show which migrations the database has had',
    description: 'Lists the migrations and their state. With --exit-code, pending migrations end with exit code 1.',
    arguments: [],
    flags: [flag('--exit-code', 'exit code 1 when migrations are pending')],
    examples: [
      { command: 'msgdb status', meaning: 'applied, pending and failed migrations' },
      { command: 'msgdb status --exit-code', meaning: 'a gate before a deployment' },
    ],
    run: async (context, { flags }) => {
      const { status } = await import('../../commands/status.ts');
      return reportOutcome(await status(context, { exitCode: flags.exitCode === true }));
    },
  },
];
