import { parseWholeNumber } from '../../config/settings/whole-number.ts';
import { type Command, reportOutcome } from '../definition/command.ts';
import { FLEET_FLAGS, flag, PACING_FLAGS, REPAIR_FLAGS, SAMPLES_FLAG } from '../definition/flags.ts';
import { inWords, PREFLIGHT_RUNNERS } from '../definition/runner-names.ts';
import { readInput } from '../terminal/read-input.ts';
import { parseRepair } from '../values/repair.ts';
import { DEFAULT_SAMPLES, LOOKING } from './find-duplicates.ts';

/** The command that reads the pending migrations of other runners. */
export const PREFLIGHT_COMMANDS: readonly Command[] = [
  {
    name: 'preflight',
    group: LOOKING,
    summary: "check another runner's pending migrations against the database",
    description:
      'Reads the pending migrations of Prisma, Drizzle, Supabase, Flyway, golang-migrate, dbmate, or any folder of SQL ' +
      'files, and says which statements will fail on the rows that are there: unique indexes, primary keys, NOT NULL, ' +
      'CHECK and foreign keys; which names are taken, and which statements block the application. Exit code 1 when one ' +
      'will fail. With --repair the copies that unique indexes would meet are removed first, as `msgdb dedupe` does.',
    arguments: [
      {
        usage: '[PATH...]',
        meaning: 'a folder of migrations, files, or - for standard input (default: found in the project)',
      },
    ],
    flags: [
      {
        ...flag('--runner <NAME>', `${inWords(PREFLIGHT_RUNNERS)} (default: found by itself)`),
        choices: PREFLIGHT_RUNNERS,
      },
      flag('--all', 'look at applied migrations too'),
      flag('--since <NAME>', 'look at the migrations after this one, whatever the history says'),
      SAMPLES_FLAG,
      flag('--strict', 'also exit with 1 for statements that could not be resolved'),
      ...REPAIR_FLAGS,
      ...PACING_FLAGS,
      ...FLEET_FLAGS,
    ],
    examples: [
      { command: 'msgdb preflight', meaning: 'before a deployment: what will fail' },
      { command: 'msgdb preflight db/migrations --runner dbmate', meaning: 'a folder, and whose it is' },
      { command: 'msgdb preflight -', meaning: 'the SQL that another runner prints, on standard input' },
      { command: 'msgdb preflight --repair --dry-run', meaning: 'which rows would be removed, so that it succeeds' },
      { command: 'msgdb preflight --repair', meaning: 'remove them, after a question, and check again' },
      { command: 'msgdb preflight --repair --build', meaning: 'also build the indexes while the application writes' },
      { command: 'msgdb preflight --repair --keep-fence 30m', meaning: 'and keep new copies out until the deploy' },
      { command: 'msgdb preflight --format github', meaning: 'in a workflow: annotations on the files' },
    ],
    run: async (context, { arguments: paths, flags }) => {
      const repair = parseRepair(flags);
      const samples = parseWholeNumber('--samples', flags.samples, { least: 0, fallback: DEFAULT_SAMPLES });
      const { preflight } = await import('../../commands/preflight/preflight.ts');
      const options = {
        paths,
        input: paths[0] === '-' ? await readInput() : undefined,
        runner: flags.runner,
        all: flags.all === true,
        since: flags.since,
        samples,
        strict: flags.strict === true,
        repair,
      };
      return reportOutcome(await preflight(context, options));
    },
  },
];
