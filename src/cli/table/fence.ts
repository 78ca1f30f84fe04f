import { type Command, type CommandFamily, reportOutcome } from '../definition/command.ts';
import { LOCK_FLAGS, NEEDLESS_YES_FLAG } from '../definition/flags.ts';

const group = 'Change the database:';

/** `msgdb fence` alone is `msgdb fence list`. */
export const FENCE: CommandFamily = {
  name: 'fence',
  group,
  summary: 'list or take down the fences that are kept until a deploy',
  description:
    'A fence is a trigger that keeps new copies of a key out. `msgdb preflight --repair --keep-fence 30m` leaves one on ' +
    'each table that it has repaired, until the deploy has built the index.',
};

/** Commands on what stands between a repair and the deploy. */
export const FENCE_COMMANDS: readonly Command[] = [
  {
    name: 'fence list',
    group: 'Commands:',
    summary: 'list the fences that are kept',
    description:
      'Lists each fence that is kept: its table and key, since when and until when, and by whom. One that is over, or that ' +
      'an index has made needless, does nothing; the next command that changes something clears it away.',
    arguments: [],
    flags: [],
    examples: [
      { command: 'msgdb fence list', meaning: 'tables and keys, and until when' },
      { command: 'msgdb fence list --format json', meaning: 'for programs' },
    ],
    run: async (context) => {
      const { fenceList } = await import('../../commands/fence/fence-list.ts');
      return reportOutcome(await fenceList(context));
    },
  },
  {
    name: 'fence drop',
    group: 'Commands:',
    summary: 'take down the fences of a table, or all',
    description: 'Takes down fences that are kept, before their time is over. From then on new copies can come.',
    arguments: [{ usage: '[TABLE]', meaning: 'the table whose fences go (default: all)' }],
    flags: [NEEDLESS_YES_FLAG, ...LOCK_FLAGS],
    examples: [
      { command: 'msgdb fence drop', meaning: 'all of them' },
      { command: 'msgdb fence drop users', meaning: 'those of one table' },
    ],
    run: async (context, { arguments: [table] }) => {
      const { fenceDrop } = await import('../../commands/fence/fence-drop.ts');
      return reportOutcome(await fenceDrop(context, { table }));
    },
  },
];
