import { shellWord } from '../../model/shell-word.ts';

/** As `--runner` has it. */
export type RunnerName = string;

/** A statement whose index is there before its migration is run. */
interface Done {
  readonly migration: string;
  readonly file: string;
  readonly line: number;
  /** The migration does nothing else. */
  readonly whole: boolean;
  /** Its runner has begun it before, and does not go on. */
  readonly failed: boolean;
}

/** A runner's name, of what a report calls it: `prisma in prisma/migrations`. */
export function runnerOf(runner: string): RunnerName {
  return runner.replace(/ in .*$/s, '');
}

/** What to do in a runner so that its deploy finds an index that is there. */
export interface RunnerAdvice {
  readonly detail: string;
  /** The file has to say something else. */
  readonly edits: boolean;
}

/** What a runner is to be told, by how it keeps what it has run. */
export function adviseRunner(runner: RunnerName, done: Done): RunnerAdvice {
  const { migration, whole, failed } = done;
  if (runner === 'prisma' && whole) {
    const command = `\`npx prisma migrate resolve --applied ${migration}\``;
    return { detail: `All that ${migration} makes is there: ${command} says so.`, edits: false };
  }
  const settle = SETTLE[runner]?.(migration);
  const after = failed ? settle && `(then ${settle})` : CHECKSUM[runner];
  return { detail: `${placeOf(done)}${after === undefined ? '' : ` ${after}`}`, edits: true };
}

function placeOf({ file, line }: Done): string {
  return file === '-'
    ? 'Instead of the statement, write:'
    : `Write in ${file}, line ${line}, instead of the statement:`;
}

/** What is to be run, in the words of its runner, after a migration that failed; undefined where nothing is noted of it. */
export function adviseFailed(runner: RunnerName, migration: string): string | undefined {
  const settle = SETTLE[runner]?.(migration);
  return settle && `When what stopped it is mended, and nothing of it is left in the database: ${settle}.`;
}

/** What lets a runner go on after a migration that failed. */
const SETTLE: Readonly<Record<string, (migration: string) => string>> = {
  prisma: (migration) =>
    `\`npx prisma migrate resolve --rolled-back ${shellWord(migration)}\`, then \`npx prisma migrate deploy\``,
  flyway: () => '`flyway repair`, then `flyway migrate`',
  'golang-migrate': () => '`migrate force` with the version before it, then `migrate up`',
};

/** Where the same file was run already, in another database. */
const CHECKSUM: Readonly<Record<string, string>> = {
  flyway: '(where it was run already, `flyway repair` takes over the new checksum)',
};
