import { type Command, reportOutcome } from '../definition/command.ts';
import { DRY_RUN_FLAG, flag } from '../definition/flags.ts';
import { splitList } from '../values/split-list.ts';

const group = 'Set up:';

/** Commands on the project's files and history, and the demo. */
export const PROJECT_COMMANDS: readonly Command[] = [
  {
    name: 'init',
    group,
    summary: 'write a configuration that fits the project',
    description:
      'Looks at the project (its runner of migrations, libraries, source folders, variable with the database URL, and CI) and ' +
      'writes msgdb.config.ts and a migrations folder that fit; on a yes also a script in package.json and a file for CI with ' +
      '`msgdb preflight`. Existing files are kept, and a pipeline that is there is not changed: what it needs is printed.',
    arguments: [],
    flags: [
      flag('--from <RUNNER>', 'the runner that the project has: prisma, rails, … (default: found by its files)'),
      flag('--force', 'overwrite an existing msgdb.config.ts'),
      DRY_RUN_FLAG,
      flag('-y, --yes', 'write the script and the file for CI without asking'),
    ],
    examples: [
      { command: 'msgdb init', meaning: 'in the folder of your project' },
      { command: 'msgdb init --dry-run', meaning: 'what was found, and what would be written' },
      { command: 'msgdb init --from flyway', meaning: 'where the runner is not found by itself' },
    ],
    run: async (context, { flags }) => {
      const { init } = await import('../../commands/init/init.ts');
      const options = { force: flags.force === true, dryRun: flags.dryRun === true };
      return reportOutcome(await init(context, { ...options, from: flags.from }));
    },
  },
  {
    name: 'new',
    group,
    summary: 'write a new migration',
    description: 'Writes a migration file with the next number, to be edited.',
    arguments: [{ usage: '<NAME>', meaning: 'what it does, in a few words: unique-message-id' }],
    flags: [
      flag('--table <TABLE>', 'table of the rule'),
      flag('--key <COLUMNS>', 'columns that must be unique together: a,b'),
      flag('--sql', 'write two .sql files, one to apply and one to undo'),
    ],
    examples: [
      { command: 'msgdb new unique-message-id', meaning: 'with placeholders for table and key' },
      {
        command: 'msgdb new unique-message-id --table messages --key wa_message_id',
        meaning: 'with the rule filled in',
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
    summary: 'accept an edited migration as it is now',
    description:
      '`msgdb migrate` refuses to run while an applied migration has been edited. This records the file as it is now as ' +
      'the applied version; tables and rows are not changed.',
    arguments: [{ usage: '[NAME]', meaning: 'the migration (default: every edited one)' }],
    flags: [],
    examples: [{ command: 'msgdb repair 0002-conversations', meaning: 'for example after a comment was edited' }],
    run: async (context, { arguments: [name] }) => {
      const { repair } = await import('../../commands/repair/repair.ts');
      return reportOutcome(await repair(context, name === undefined ? {} : { name }));
    },
  },
  {
    name: 'demo',
    group: 'Commands:',
    summary: 'see it repair five incidents on a temporary server',
    description:
      'Starts an embedded PostgreSQL, repairs five real incidents on it, undoes the repair and stops the server. It needs no setup.',
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
