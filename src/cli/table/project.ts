import { type Command, reportOutcome } from '../definition/command.ts';
import { DRY_RUN_FLAG, EMIT_FLAGS, flag, RUN_LOCK_FLAGS } from '../definition/flags.ts';
import { EMIT_RUNNERS, inWords, PROJECT_RUNNERS } from '../definition/runner-names.ts';
import { parseEmit, parseNew } from '../values/new-migration.ts';
import { parseRebuild } from '../values/rebuild.ts';

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
      {
        ...flag('--from <RUNNER>', 'the runner that the project has: prisma, rails, … (default: found by its files)'),
        choices: PROJECT_RUNNERS,
      },
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
    summary: "write a new migration, msgdb's or another runner's",
    description:
      'Writes a migration file with the next number, to be edited. With --emit it reads the database, and writes the ' +
      'whole repair as SQL in the form, folder and numbering of another runner: it locks the table, archives and removes ' +
      'the copies that are there when it is run, re-points what refers to them, builds the unique index, and has an undo ' +
      'where the runner has one. It needs no msgdb where it is run, and may be run twice.',
    arguments: [{ usage: '<NAME>', meaning: 'what it does, in a few words: unique-message-id' }],
    flags: [
      flag('--table <TABLE>', 'table of the rule'),
      flag('--key <COLUMNS>', 'columns that must be unique together: a,b'),
      flag('--where <SQL>', 'condition of the rule: other rows are ignored'),
      flag('--nulls-not-distinct', 'treat NULLs as equal, as NULLS NOT DISTINCT does'),
      flag('--keep <ORDER>', 'order of preference for the row to keep: "updated_at desc" (default: primary key)'),
      {
        ...flag(
          '--merge <COLUMN=HOW>',
          'value that the kept row gets in COLUMN, from all copies: token=first-non-null',
        ),
        repeatable: true,
      },
      {
        ...flag(
          '--references <TABLE.COLUMN>',
          'column that refers to the rows without a foreign key; foreign keys are found by themselves',
        ),
        repeatable: true,
      },
      flag('--index <NAME>', 'name of the unique index (default: TABLE_COLUMNS_key)'),
      flag('--sql', 'write two .sql files, one to apply and one to undo'),
      {
        ...flag('--emit <RUNNER>', `write the whole repair for ${inWords(EMIT_RUNNERS)}`),
        choices: EMIT_RUNNERS,
      },
      flag('--dir <DIR>', "with --emit: folder of the runner's migrations (default: found in the project)"),
      ...EMIT_FLAGS,
    ],
    examples: [
      { command: 'msgdb new unique-message-id', meaning: 'with placeholders for table and key' },
      {
        command: 'msgdb new unique-message-id --table messages --key wa_message_id',
        meaning: 'with the rule filled in',
      },
      {
        command: 'msgdb new one-row-each --table chat --key page_id,psid --emit prisma',
        meaning: 'the whole repair, as a migration of Prisma',
      },
    ],
    run: async (context, { arguments: [name = ''], flags }) => {
      if (flags.emit !== undefined) {
        const options = parseEmit(name, flags.emit, flags);
        const { emitRepair } = await import('../../commands/new/emit/emit-repair.ts');
        return reportOutcome(await emitRepair(context, options));
      }
      const options = parseNew(name, flags);
      const { createMigration } = await import('../../commands/new/new.ts');
      return reportOutcome(await createMigration(context, options));
    },
  },
  {
    name: 'repair',
    group,
    summary: 'make the history fit migrations that were edited or renamed',
    description:
      '`msgdb migrate` refuses to run while an applied migration has been edited, renamed or removed. This records the file ' +
      'as it is now as the applied version, and the name that it has now. With the name of one whose file is gone, it takes ' +
      'that one out of the history. Tables and rows are not changed. With --rebuild it makes tables of the history again that ' +
      'were dropped by hand, from the migration files and what is in the database.',
    arguments: [{ usage: '[NAME]', meaning: 'the migration (default: every one that was edited or renamed)' }],
    flags: [
      flag('--rebuild', 'make tables of the history again that are missing'),
      flag('--dry-run', 'with --rebuild: show what would be recorded, change nothing'),
      ...RUN_LOCK_FLAGS,
    ],
    examples: [
      { command: 'msgdb repair', meaning: 'all that was edited or renamed' },
      { command: 'msgdb repair 0002-conversations', meaning: 'for example after a comment was edited' },
      { command: 'msgdb repair --rebuild --dry-run', meaning: 'after the table of migrations was dropped' },
    ],
    run: async (context, { arguments: [name], flags }) => {
      if (parseRebuild(name, flags)) {
        const { rebuild } = await import('../../commands/repair/rebuild.ts');
        return reportOutcome(await rebuild(context, { dryRun: flags.dryRun === true }));
      }
      const { repair } = await import('../../commands/repair/repair.ts');
      return reportOutcome(await repair(context, name === undefined ? {} : { name }));
    },
  },
  {
    name: 'baseline',
    group,
    summary: 'mark SQL that has run elsewhere as applied',
    description:
      'Records pending migrations of SQL as applied, without running them, where their SQL was run by hand or by another ' +
      'tool. Rules are never marked: `msgdb migrate` sees whether they hold, and takes an index that is there.',
    arguments: [
      { usage: '[NAME]', meaning: 'the last migration that has run (default: all of SQL, up to the first rule)' },
    ],
    flags: [DRY_RUN_FLAG, ...RUN_LOCK_FLAGS],
    examples: [
      { command: 'msgdb baseline --dry-run', meaning: 'which would be marked' },
      { command: 'msgdb baseline 0012', meaning: 'all of SQL up to 0012' },
    ],
    run: async (context, { arguments: [name], flags }) => {
      const { baseline } = await import('../../commands/baseline/baseline.ts');
      return reportOutcome(await baseline(context, { name, dryRun: flags.dryRun === true }));
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
    examples: [
      { command: 'msgdb demo', meaning: 'takes a few seconds' },
      { command: 'msgdb demo --no-color > demo.txt', meaning: 'to read it later' },
    ],
    tellsStory: true,
    run: async (context) => {
      const { demo } = await import('../../commands/demo/demo.ts');
      return reportOutcome(await demo(context));
    },
  },
];
