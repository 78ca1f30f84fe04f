import { relative } from 'node:path';
import { readRunnerHistory } from '../../catalog/read-runner-history.ts';
import { type LookedAt, lookAtScripts } from '../../inspect/pending/look-at-scripts.ts';
import type { Looked } from '../../inspect/pending/looked.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { PreflightMigration, PreflightStatus } from '../../model/preflight-report.ts';
import type { PreflightReport } from '../../model/report.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import type { Context } from '../context/context.ts';
import { conclude } from '../reports/conclude.ts';
import type { Unfinished } from '../reports/make-report.ts';
import { type FoundMigrations, findMigrations } from '../runners/find-migrations.ts';
import { readOutput } from '../runners/read-output.ts';
import type { Listed } from '../runners/runner.ts';
import { SQL_FOLDER } from '../runners/runners.ts';
import { adviseFailed, type RunnerName, runnerOf } from './advise-runner.ts';
import { type ReadScripts, readScripts, readTexts, type ScriptText } from './read-scripts.ts';

/** What to look at. */
export interface LookOptions {
  /** A folder of migrations, or files; the project's when there are none. */
  readonly paths: readonly string[];
  /** SQL that was given on standard input, instead of files. */
  readonly input?: string | undefined;
  readonly runner?: string | undefined;
  /** Applied migrations too. */
  readonly all: boolean;
  /** Only what comes after this migration, whatever the history says. */
  readonly since?: string | undefined;
  readonly samples: number;
  /** Is what is not known a finding? */
  readonly strict: boolean;
}

/** The pending migrations of a runner, and what each of their statements would meet. */
export interface PendingLook extends ReadScripts {
  readonly runner: string;
  readonly migrations: readonly PreflightMigration[];
  readonly seen: readonly LookedAt[];
}

/** Finds the migrations, before the database is asked; then each call looks at them once more. */
export async function findPending(
  context: Context,
  options: LookOptions,
): Promise<(workplace: Workplace) => Promise<PendingLook>> {
  const { input } = options;
  const found =
    input === undefined ? await findMigrations(context, { paths: options.paths, runner: options.runner }) : undefined;
  return async (workplace) => {
    const { texts, migrations, runner } = found
      ? await readPending(context, workplace, found, options)
      : readInput(input ?? '');
    const read = await readScripts(found?.runner ?? SQL_FOLDER, texts);
    const findings = input?.trim() === '' ? [nothingGiven()] : read.findings;
    return {
      scripts: read.scripts,
      findings,
      runner,
      migrations,
      seen: await lookAtScripts(workplace, read.scripts, { samples: options.samples }),
    };
  };
}

/** What was seen, as a report. */
export function reportLook(
  { runner, migrations, seen, findings: unread }: PendingLook,
  { strict }: Pick<LookOptions, 'strict'>,
): Unfinished<PreflightReport> {
  const looked = seen.map((each) => each.looked);
  const findings = [
    ...failedBefore(migrations, runnerOf(runner)),
    ...unread,
    ...looked.flatMap((each) => each.findings),
  ];
  const shown = strict ? findings.map(strictly) : findings;
  return {
    command: 'preflight',
    runner,
    migrations,
    statements: looked.map(({ statement }) => statement),
    targets: looked.flatMap(({ target }) => target ?? []),
    ...conclude({ findings: shown, summary: summarize(migrations.length, looked, unread.length) }),
  };
}

interface Pending {
  readonly runner: string;
  readonly texts: readonly ScriptText[];
  readonly migrations: readonly PreflightMigration[];
}

function readInput(text: string): Pending {
  const given = text.trim() === '' ? [] : readOutput(text);
  return {
    runner: 'standard input',
    texts: given.map((each) => ({ migration: each.name, file: '-', text: each.text, applied: false })),
    migrations: given.map(({ name }) => ({ name, file: '-', state: 'pending' })),
  };
}

/** Where a pipeline does not end with its first failure, this is all that is seen of it. */
function nothingGiven(): Finding {
  return finding(
    'MSGDB_PENDING_NOT_READ',
    'Nothing came on standard input: the command before the pipe printed no SQL, or it failed.',
    {
      fix: 'Run that command alone and read what it says; `set -o pipefail` ends a script where it fails. With --strict this is a finding.',
      level: 'warning',
    },
  );
}

/** The migrations that the runner would run next. */
async function readPending(
  { workingDir, settings }: Context,
  workplace: Workplace,
  { runner, directory, listed }: FoundMigrations,
  { all, since }: LookOptions,
): Promise<Pending> {
  const { history } = runner;
  const rows =
    history && directory !== undefined
      ? await readOnly(workplace, async (db) => readRunnerHistory(db, history, settings.schema))
      : undefined;
  const states =
    directory === undefined ? listed.map(() => 'pending' as const) : runner.judge(listed, rows?.rows ?? []);
  const from = since === undefined ? 0 : placeAfter(listed, since);
  const chosen = listed
    .map((each, place) => ({ each, state: states[place] ?? ('pending' as const), place }))
    .filter(({ state, place }) => place >= from && (all || since !== undefined || state !== 'applied'));
  const read = await readTexts(
    directory,
    chosen.map(({ each }) => each),
    workingDir,
  );
  const texts = read.map((each, place) => ({ ...each, applied: chosen[place]?.state === 'applied' }));
  const migrations = chosen.map(({ each, state }, place) => ({
    name: each.name,
    file: texts[place]?.file ?? each.path,
    state,
  }));
  const where = directory === undefined ? '' : ` in ${relative(workingDir, directory) || '.'}`;
  return { runner: `${runner.name}${where}`, texts, migrations };
}

function placeAfter(listed: readonly Listed[], since: string): number {
  const place = listed.findIndex(({ name, version }) => name === since || version === since);
  if (place !== -1) return place + 1;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--since ${since} is no migration that is there.`,
    fix: `Name one of them: ${listed
      .slice(-5)
      .map(({ name }) => name)
      .join(', ')}.`,
  });
}

/** A runner goes on only when somebody has said what became of it. */
function failedBefore(migrations: readonly PreflightMigration[], runner: RunnerName): readonly Finding[] {
  return migrations
    .filter(({ state }) => state === 'failed')
    .map(({ name, file }) => {
      const fix = adviseFailed(runner, name);
      return finding('MSGDB_PENDING_FAILED', `${name} has failed before: its runner refuses to go on.`, {
        migration: name,
        data: { file },
        ...(fix === undefined ? {} : { fix }),
      });
    });
}

function strictly(each: Finding): Finding {
  if (each.code !== 'MSGDB_PENDING_UNRESOLVED' && each.code !== 'MSGDB_PENDING_NOT_READ') return each;
  const { level: _, ...rest } = each;
  return rest;
}

function summarize(scripts: number, looked: readonly Looked[], unread: number): string {
  if (scripts === 0) return unread > 0 ? 'nothing was given to look at' : 'no migration is pending';
  const of = (status: PreflightStatus): number => looked.filter(({ statement }) => statement.status === status).length;
  const [fails, unresolved] = [of('fails'), of('unresolved')];
  const parts = [
    ...(fails > 0 ? [`${countOf(fails, 'statement')} will fail`] : []),
    ...(unresolved > 0 ? [`${countOf(unresolved, 'statement')} could not be resolved`] : []),
    ...(unread > 0 ? [`${countOf(unread, 'file')} could not be read`] : []),
  ];
  const all = `${countOf(looked.length, 'statement')} of ${countOf(scripts, 'pending migration')} looked at`;
  return parts.length === 0 ? `nothing stands in the way; ${all}` : `${parts.join(', ')}; ${all}`;
}
