import { readSetting } from '../../catalog/read-settings.ts';
import { startEmbedded } from '../../embedded/index.ts';
import { countRows } from '../../inspect/count-rows.ts';
import { countOf, formatCount } from '../../model/count-of.ts';
import type { DemoReport, Verdict } from '../../model/report.ts';
import { openSession } from '../../session/open-session.ts';
import { userSql } from '../../sql/user-sql.ts';
import type { Context } from '../context/context.ts';
import { findDuplicates } from '../find-duplicates/find-duplicates.ts';
import { migrate } from '../migrate/migrate.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { rollback } from '../rollback/rollback.ts';
import { verify } from '../verify/verify.ts';
import { INCIDENTS, readFixture, tableOf } from './incidents.ts';
import { packagePath } from './package-path.ts';
import type { Show, Stage } from './stage.ts';
import { raceUpserts, tryUpserts } from './try-upserts.ts';

/**
 * Plays the five incidents from end to end on a server of its own: the database as it was found, the repair, the proof,
 * and the way back. Nothing outside is touched.
 */
export async function demo(context: Context): Promise<DemoReport> {
  return await makeReport(context, async () => {
    const chapters: { title: string; verdict: Verdict }[] = [];
    const server = await startEmbedded({ signal: context.signal, env: context.env });
    try {
      const application = await openSession(server.target, { purpose: 'demo application', signal: context.signal });
      const database = { kind: 'url' as const, target: server.target };
      const quiet: Context = { ...context, database, migrationsDir: packagePath('migrations'), emit: () => undefined };
      const stage: Stage = { context: quiet, target: server.target, application };
      for (const { title, play } of CHAPTERS) {
        context.emit({ kind: 'section', title });
        const well = await play(stage, (rows) => context.emit({ kind: 'facts', rows }));
        chapters.push({ title, verdict: well ? 'ok' : 'findings' });
      }
      await application.close();
    } finally {
      await server.stop();
    }
    const well = chapters.every((chapter) => chapter.verdict === 'ok');
    return {
      command: 'demo',
      chapters,
      database: 'embedded in a temporary folder',
      ...conclude({
        findings: [],
        summary: well ? 'five incidents repaired, proven and undone again' : 'something is not as the story has it',
        next: 'msgdb init, in a project of your own',
      }),
      ...(well ? {} : { verdict: 'failed' as const }),
    };
  });
}

interface Chapter {
  readonly title: string;
  /** Plays the chapter; false when it did not come out as it should. */
  readonly play: (stage: Stage, show: Show) => Promise<boolean>;
}

const CHAPTERS: readonly Chapter[] = [
  { title: 'Five databases as they were found in production', play: loadIncidents },
  { title: 'The duplicates  ·  msgdb find-duplicates', play: showDuplicates },
  { title: "The application's upserts, before", play: async (stage, show) => tryUpserts(stage, 'before', show) },
  { title: 'The repair  ·  msgdb migrate', play: repair },
  { title: 'The proof  ·  msgdb verify', play: prove },
  { title: "The application's upserts, after", play: async (stage, show) => tryUpserts(stage, 'after', show) },
  { title: 'Twenty webhooks at once', play: raceUpserts },
  { title: 'Running it again  ·  msgdb migrate', play: runAgain },
  { title: 'The way back  ·  msgdb rollback, and forward again', play: rollBackAndForth },
];

async function loadIncidents({ application }: Stage, show: Show): Promise<boolean> {
  const version = await readSetting(application, 'server_version');
  const rows: [string, string][] = [];
  for (const incident of INCIDENTS) {
    await application.query(userSql(await readFixture(incident, 'schema')));
    await application.query(userSql(await readFixture(incident, 'rows')));
    const loaded = await countRows(application, tableOf(incident));
    rows.push([incident.name, `${countOf(loaded, 'row')} in ${incident.table}`]);
  }
  show([['server', `PostgreSQL ${version}, embedded, thrown away afterwards`], ...rows]);
  return true;
}

async function showDuplicates({ context }: Stage, show: Show): Promise<boolean> {
  const { targets } = await findDuplicates(context, { samples: 0 });
  const broken = targets.filter((target) => target.excessRows > 0);
  show(
    broken.map((target) => [
      `${target.table} (${target.key.join(', ')})`,
      `${countOf(target.excessRows, 'excess row')} in ${countOf(target.groups, 'group')}, of ${countOf(target.coveredRows, 'row')}`,
    ]),
  );
  return broken.length === 4;
}

async function repair({ context }: Stage, show: Show): Promise<boolean> {
  const report = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  show(
    report.applied.map(({ name, durationMs, counts, steps }) => {
      const changed = counts.map(
        ({ table, before, after }) => `${table} ${formatCount(before)} → ${formatCount(after)}`,
      );
      return [name, `${changed.join(', ') || `${countOf(steps.length, 'step')}`}, in ${Math.round(durationMs)} ms`];
    }),
  );
  return report.verdict === 'ok' && report.applied.length === 5 && (await endStateHolds(context));
}

/** Every statement of expected.sql returns the rows that are wrong. */
async function endStateHolds({ database, signal }: Context): Promise<boolean> {
  if (database.kind !== 'url') return false;
  const session = await openSession(database.target, { purpose: 'demo end state', signal });
  try {
    for (const incident of INCIDENTS) {
      const checks = (await readFixture(incident, 'expected')).split(/;[^\S\n]*\n/).filter((text) => text.trim());
      for (const check of checks) if ((await session.query(userSql(check))).length > 0) return false;
    }
    return true;
  } finally {
    await session.close();
  }
}

async function prove({ context }: Stage, show: Show): Promise<boolean> {
  const report = await verify(context, {});
  const held = report.checks.filter((check) => check.status === 'ok').length;
  const infos = report.checks.filter((check) => check.status === 'info').length;
  show([
    ['checks', `${held} of ${report.checks.length - infos} hold: indexes, duplicates, arbiters, orphans, query plans`],
    ...report.upserts.map(({ table, clause }) => [table, clause] as const),
  ]);
  return report.verdict === 'ok';
}

async function runAgain({ context }: Stage, show: Show): Promise<boolean> {
  const report = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  show([['second run', report.summary]]);
  return report.verdict === 'ok' && report.applied.length === 0;
}

async function rollBackAndForth(stage: Stage, show: Show): Promise<boolean> {
  const { context, application } = stage;
  const rows = async (): Promise<string> =>
    formatCount(await countRows(application, { schema: 'public', name: 'meta_assets_cache' }));
  const repaired = await rows();
  const back = await rollback(context, { dryRun: false });
  const undone = await rows();
  const forth = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  const again = await rows();
  show([
    [
      'rolled back',
      `${back.rolledBack.map(({ name }) => name).join(', ')}: ${countOf(back.restoredRows, 'row')} restored`,
    ],
    ['meta_assets_cache', `${repaired} → ${undone} → ${again} rows`],
    ['migrated again', forth.summary],
  ]);
  return back.verdict === 'ok' && forth.verdict === 'ok' && repaired === again && back.restoredRows > 0;
}
