import { parseWholeNumber } from '../../config/settings/whole-number.ts';
import { type Command, reportOutcome } from '../definition/command.ts';
import { FLEET_FLAGS, flag, MEMORY_FLAG, RULE_FLAGS, SAMPLES_FLAG } from '../definition/flags.ts';
import { parseDiscover } from '../values/discover.ts';
import { parseRule } from '../values/rule.ts';

/** Heading of the commands that only read. */
export const LOOKING = 'Look, without changing anything:';

/** Groups shown a rule when --samples does not say. */
export const DEFAULT_SAMPLES = 5;

export const FIND_DUPLICATES: Command = {
  name: 'find-duplicates',
  group: LOOKING,
  summary: 'find the rows that break a uniqueness rule',
  description:
    'Counts the rows that break a rule and shows some of them. Without --table it looks at every rule of the ' +
    'migrations. Exit code 1 when there are any. With --discover it looks for columns that seem to be unique but have ' +
    'no unique index.',
  arguments: [],
  flags: [
    ...RULE_FLAGS,
    SAMPLES_FLAG,
    flag('--explain', 'show how the copies came: when, in which transactions, and in what they differ'),
    flag('--by <COLUMN>', 'with --explain, the column that says when a row was written (default: chosen by msgdb)'),
    flag('--discover', 'look for keys without a unique index: in all tables, in those of --schema, or in --table'),
    flag('--time-limit <TIME>', 'with --discover, count each candidate at most this long (default: 10s)'),
    ...MEMORY_FLAG,
    ...FLEET_FLAGS,
  ],
  examples: [
    { command: 'msgdb find-duplicates', meaning: 'every rule of the migrations' },
    {
      command: 'msgdb find-duplicates --table messages --key wa_message_id',
      meaning: 'a rule that no migration declares',
    },
    { command: 'msgdb find-duplicates --explain', meaning: 'also how the copies came' },
    { command: 'msgdb find-duplicates --discover', meaning: 'columns that may need a unique index' },
    { command: 'msgdb find-duplicates --redact --format json', meaning: 'for programs, without row contents' },
  ],
  run: async (context, { flags }) => {
    const discover = parseDiscover(flags);
    if (discover) {
      const { discoverKeys } = await import('../../commands/find-duplicates/discover-keys.ts');
      return reportOutcome(await discoverKeys(context, discover));
    }
    const rule = parseRule(flags);
    const samples = parseWholeNumber('--samples', flags.samples, { least: 0, fallback: DEFAULT_SAMPLES });
    const { findDuplicates } = await import('../../commands/find-duplicates/find-duplicates.ts');
    const explain = flags.explain ? { by: flags.by } : undefined;
    return reportOutcome(await findDuplicates(context, { ...(rule ? { rule } : {}), samples, explain }));
  },
};
