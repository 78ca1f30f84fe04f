import { type Command, reportOutcome } from '../definition/command.ts';
import { flag } from '../definition/flags.ts';
import { baselineOf } from '../values/baseline.ts';

/** The command that reads the application's source. */
export const UPSERT_COMMANDS: readonly Command[] = [
  {
    name: 'check-upserts',
    group: 'Look, without changing anything:',
    summary: 'check that the upserts in application source find their index',
    description:
      'Finds every upsert in the source (SQL in Go, TypeScript, JavaScript, Python, Java, Kotlin, C#, Ruby, PHP, Rust and ' +
      '.sql files; calls of the usual libraries; functions in the database) and asks the planner whether its target ' +
      'finds an index. Exit code 1 when one fails.',
    arguments: [{ usage: '[PATH...]', meaning: 'files and folders (default: the `sources` of the configuration)' }],
    flags: [
      flag('--schema-file <FILE>', 'check against a schema dump instead of a database'),
      flag('--with-pending', 'check against an empty copy of the schema with the pending migrations applied'),
      flag('--baseline <FILE>', 'report only findings that are not in this file'),
      flag('--update-baseline', 'write the current findings to the file of --baseline'),
      flag(
        '--strict',
        'also exit with 1 for upserts that could not be checked, files that were not read, and paths without source files',
      ),
      flag('--write-migrations', 'write a migration for each rule that is missing'),
    ],
    examples: [
      { command: 'msgdb check-upserts --strict', meaning: 'in CI: what could not be checked fails too' },
      { command: 'msgdb check-upserts src', meaning: 'every upsert in src' },
      {
        command: 'msgdb check-upserts --with-pending',
        meaning: 'before a deployment: which upserts will break, and which will work',
      },
      { command: 'msgdb check-upserts --schema-file schema.sql', meaning: 'without a database' },
      { command: 'msgdb check-upserts --format sarif --output upserts.sarif', meaning: 'for code scanning' },
      {
        command: 'msgdb check-upserts --baseline upserts.json --update-baseline',
        meaning: 'start in an existing codebase',
      },
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
