import { type Command, reportOutcome } from '../definition/command.ts';
import { flag } from '../definition/flags.ts';
import { baselineOf } from '../values/baseline.ts';

/** The command that reads the application's source. */
export const UPSERT_COMMANDS: readonly Command[] = [
  {
    name: 'check-upserts',
    group: 'Look, without changing anything:',
    summary: 'prove the upserts in application source against the database',
    description:
      'Finds every upsert in the source (SQL in Go, TypeScript, JavaScript, Python, Java, Kotlin, C#, Ruby, PHP, Rust and ' +
      '.sql files; calls of the usual libraries; functions in the database) and asks the planner whether its target ' +
      'finds an index. Exit code 1 when one fails.',
    arguments: [{ usage: '[PATH...]', meaning: 'files and folders (default: the `sources` of the configuration)' }],
    flags: [
      flag('--schema-file <FILE>', 'judge by a schema dump; needs no database'),
      flag('--with-pending', 'judge by the schema after the pending migrations, on an empty copy of it'),
      flag('--baseline <FILE>', 'report only findings that are not in this file'),
      flag('--update-baseline', 'write the present findings to the file of --baseline'),
      flag(
        '--strict',
        'exit code 1 also for upserts that are not resolved, files that are not read and paths without source',
      ),
      flag('--write-migrations', 'write a migration for each rule that is missing'),
    ],
    examples: [
      { command: 'msgdb check-upserts --strict', meaning: 'in CI: nothing passes that could not be checked' },
      { command: 'msgdb check-upserts src', meaning: 'every upsert below src' },
      { command: 'msgdb check-upserts --with-pending', meaning: 'before a deployment: what breaks, what is mended' },
      { command: 'msgdb check-upserts --schema-file schema.sql', meaning: 'without a database' },
      { command: 'msgdb check-upserts --format sarif --output upserts.sarif', meaning: 'for code scanning' },
      { command: 'msgdb check-upserts --baseline upserts.json --update-baseline', meaning: 'begin in an old codebase' },
    ],
    run: async (context, { arguments: paths, flags }) => {
      const options = {
        paths,
        baseline: baselineOf(flags),
        updateBaseline: flags.updateBaseline === true,
        writeMigrations: flags.writeMigrations === true,
        schemaFile: flags.schemaFile,
        withPending: flags.withPending === true,
        strict: flags.strict === true,
      };
      const { checkUpserts } = await import('../../commands/check-upserts/check-upserts.ts');
      return reportOutcome(await checkUpserts(context, options));
    },
  },
];
