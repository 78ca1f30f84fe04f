import type { Finding } from '../../model/finding.ts';
import type { EarlyBuild } from '../../model/preflight-report.ts';
import { tableLabel } from '../../model/table-label.ts';
import { statementsInstead } from '../../sql/pending/instead.ts';
import { adviseRunner, runnerOf } from './advise-runner.ts';
import { notBuilt } from './choose-repairs.ts';
import type { PendingLook } from './look-at-pending.ts';
import type { SeenRepair } from './see-repairs.ts';

/** A repair with an index. */
interface Build {
  readonly seen: SeenRepair;
  readonly index: string;
}

/** What of the plans was done: would it be, or has the run come to its end? */
export type Progress = 'planned' | 'ended';

interface About {
  readonly pending: PendingLook;
  readonly schema: string;
  readonly made: ReadonlySet<SeenRepair>;
  readonly progress: Progress;
}

/** What was built for the statements, and what to do in their runner so that it finds that done. */
export function describeBuilds(seen: readonly SeenRepair[], about: About): readonly EarlyBuild[] {
  const builds = seen.flatMap((each): readonly Build[] => {
    const { index } = each.repair;
    return index === undefined ? [] : [{ seen: each, index }];
  });
  const refused = seen.some(({ plan }) => plan.refusals.length > 0);
  const obstacles = new Map(builds.map((build) => [build, obstacleOf(build, { ...about, refused })]));
  const standing = builds.filter((build) => obstacles.get(build) === undefined);
  return [
    ...builds.map((build) => describe(build, { ...about, standing, obstacle: obstacles.get(build) })),
    ...seen.flatMap(({ repair: { demand, obstacle } }) => (obstacle ? [notBuilt(demand, obstacle)] : [])),
  ];
}

/** Why an index of the pending statements is not there; undefined where it is, or would be. */
function obstacleOf(build: Build, { made, progress, refused }: About & { readonly refused: boolean }) {
  const other = otherIndex(build);
  if (other !== undefined) return other;
  if (isThere(build) || made.has(build.seen)) return undefined;
  if (build.seen.plan.refusals.length > 0) return 'the plan is refused';
  if (refused) return 'another plan is refused, and nothing is done';
  return progress === 'ended' ? 'the run stopped before it was built' : undefined;
}

function describe(
  build: Build,
  {
    pending,
    schema,
    made,
    standing,
    obstacle,
  }: About & { readonly standing: readonly Build[]; readonly obstacle: string | undefined },
): EarlyBuild {
  const { seen, index } = build;
  const { demand, table } = seen.repair;
  const { migration, file, line } = demand;
  const about = { migration, file, line, table: tableLabel(table), index };
  if (obstacle !== undefined) return { ...about, state: 'not built', detail: obstacle, statements: [] };
  const state = isThere(build) ? 'there' : made.has(seen) ? 'built' : 'planned';
  if (demand.ask.as === 'index' && demand.index?.ifNotExists) {
    return { ...about, state, detail: 'IF NOT EXISTS passes over it: nothing is to be changed', statements: [] };
  }
  const { key, where, nulls, as } = demand.ask;
  // Where there is a transaction around it, CONCURRENTLY fails even if the index is there (25001).
  const concurrently = demand.build.concurrently && demand.build.inTransaction !== true;
  const statements = statementsInstead({ table, index, key, where, nulls, as, concurrently }, schema);
  const whole = isWhole(pending, file, standing);
  const advice = adviseRunner(runnerOf(pending.runner), {
    migration,
    file,
    line,
    whole,
    failed: hasFailed(pending, file),
  });
  return { ...about, state, detail: advice.detail, statements: advice.edits ? statements : [] };
}

/** Names that are taken by what was built for the statement: how it is written instead. */
export function withAdvice(findings: readonly Finding[], builds: readonly EarlyBuild[]): readonly Finding[] {
  return findings.map((each) => {
    const own = builds.find(
      ({ state, file, line }) =>
        (state === 'built' || state === 'there') && each.data?.file === file && each.data.line === line,
    );
    if (each.code !== 'MSGDB_NAME_TAKEN' || !own) return each;
    return { ...each, fix: [own.detail, ...own.statements.map((text) => `\`${text}\``)].join(' ') };
  });
}

/** An index that means the same under another name: the statement builds its own beside it. */
function otherIndex({ index, seen: { inspected } }: Build): string | undefined {
  const { serving } = inspected.resolved.judgement;
  return serving && serving.name !== index ? `${serving.name} means the same already` : undefined;
}

function isThere({ seen: { inspected } }: Build): boolean {
  return inspected.resolved.judgement.serving !== undefined;
}

/** Is everything that a file does there when these indexes are? What becomes a constraint still has to. */
function isWhole({ scripts }: PendingLook, file: string, builds: readonly Build[]): boolean {
  const { statements = [] } = scripts.find((each) => each.file === file) ?? {};
  const own = builds.filter(({ seen: { repair } }) => repair.demand.file === file && repair.demand.ask.as === 'index');
  return statements.every(
    ({ line, changes }) =>
      changes.filter(({ kind }) => kind !== 'object').length === 1 &&
      own.some(({ seen }) => seen.repair.demand.line === line),
  );
}

function hasFailed({ migrations }: PendingLook, file: string): boolean {
  return migrations.some((each) => each.file === file && each.state === 'failed');
}
