import type { Report } from '../../../src/model/report.ts';
import type { Look } from '../../../src/report/look.ts';
import { archiveList, archiveShow } from './examples/archive.ts';
import { checkUpserts } from './examples/check-upserts.ts';
import { dedupe, dedupeDryRun } from './examples/dedupe.ts';
import { discovery, explained } from './examples/explained.ts';
import { fenceList } from './examples/fence.ts';
import { findDuplicates } from './examples/find-duplicates.ts';
import { migrate, migrateDryRun, redo, rollback } from './examples/migrate.ts';
import { preflight } from './examples/preflight.ts';
import { demo, init } from './examples/project.ts';
import { run } from './examples/run.ts';
import { status } from './examples/status.ts';
import { verify } from './examples/verify.ts';

/** One report of each command, as the incidents would give them, with names and values of many scripts. */
export {
  archiveList,
  archiveShow,
  checkUpserts,
  dedupe,
  dedupeDryRun,
  demo,
  discovery,
  explained,
  fenceList,
  findDuplicates,
  init,
  migrate,
  migrateDryRun,
  preflight,
  redo,
  rollback,
  run,
  status,
  verify,
};

export const plainLook: Look = { width: 80, colour: false, unicode: true, verbose: false, redact: false };

export const everyReport: Readonly<Record<string, Report>> = {
  findDuplicates,
  explained,
  discovery,
  dedupe,
  dedupeDryRun,
  migrate,
  migrateDryRun,
  preflight,
  rollback,
  redo,
  run,
  status,
  verify,
  archiveList,
  archiveShow,
  fenceList,
  checkUpserts,
  init,
  demo,
};
