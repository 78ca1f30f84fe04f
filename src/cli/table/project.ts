import { type Command, reportOutcome } from '../definition/command.ts';
import { flag } from '../definition/flags.ts';
import { splitList } from '../values/split-list.ts';

const group = 'Set up:';

/** Commands on the project's files and history, and the demo. */
export const PROJECT_COMMANDS: readonly Command[] = [
  {
    name: 'init',
    group,
    summary: 'write a configuration and the migrations folder',
    description: 'Writes msgdb.config.ts and the migrations folder. Files that exist are left alone.',
    arguments: [],
    flags: [flag('--force', 'write the configuration anew, whatever it holds')],
    examples: [{ command: 'msgdb init', meaning: 'in the folder of your project' }],
    run: async (context, { flags }) => {
      const { init } = await import('../../commands/init/init.ts');
      return reportOutcome(await init(context, { force: flags.force === true }));
    },
  },
  {
    name: 'new',
    group,
    summary: 'write a new migration',
    description: 'Writes a migration file with the next number, ready to be filled in.',
    arguments: [{ usage: '<NAME>', meaning: 'what it does, in a few words: unique-message-id' }],
    flags: [
      flag('--table <TABLE>', 'the table it makes unique'),
      flag('--key <COLUMNS>', 'the columns that are unique together: a,b'),
      flag('--sql', 'write a pair of .sql files'),
    ],
    examples: [
      { command: 'msgdb new unique-message-id', meaning: 'an outline' },
      {
        command: 'msgdb new unique-message-id --table messages --key wa_message_id',
        meaning: 'a rule, ready to be planned',
      },
    ],
    run: async (context, { arguments: [name = ''], flags }) => {
      const options = {
        name,
        ...(flags.table === undefined ? {} : { table: flags.table }),
        ...(flags.key === undefined ? {} : { key: [...splitList(flags.key, '--key')] }),
        sql: flags.sql === true,
      };
      const { createMigration } = await import('../../commands/new/new.ts');
      return reportOutcome(await createMigration(context, options));
    },
  },
  {
    name: 'repair',
    group,
    summary: 'accept the present content of an edited migration',
    description:
      'A migration that was edited after it was applied stops everything. This records its present content as the ' +
      'applied one; the database itself is not touched.',
    arguments: [{ usage: '[NAME]', meaning: 'the migration (default: every edited one)' }],
    flags: [],
    examples: [{ command: 'msgdb repair 0002-conversations', meaning: 'after its comments were edited' }],
    run: async (context, { arguments: [name] }) => {
      const { repair } = await import('../../commands/repair/repair.ts');
      return reportOutcome(await repair(context, name === undefined ? {} : { name }));
    },
  },
  {
    name: 'demo',
    group: 'Commands:',
    summary: 'watch it repair five incidents on a throw-away server',
    description:
      'Starts an embedded PostgreSQL, repairs five real incidents on it, and takes them back. Needs nothing.',
    arguments: [],
    flags: [],
    examples: [{ command: 'msgdb demo', meaning: 'takes a few seconds' }],
    tellsStory: true,
    run: async (context) => {
      const { demo } = await import('../../commands/demo/demo.ts');
      return reportOutcome(await demo(context));
    },
  },
];
