import { parseWholeNumber } from '../../config/settings/whole-number.ts';
import { type Command, type CommandFamily, reportOutcome } from '../definition/command.ts';
import { flag, LOCK_FLAGS, RUN_LOCK_FLAGS, YES_FLAG } from '../definition/flags.ts';
import { parseAge } from '../values/age.ts';
import { LOOKING } from './find-duplicates.ts';

const group = 'Change the database:';

/** Archived rows that `archive show` prints when --rows does not say. */
const DEFAULT_ROWS = 20;

const RUN = { usage: '<RUN>', meaning: 'the run, as `msgdb archive list` shows it' };

/** What a past run did. */
export const REPORT: Command = {
  name: 'report',
  group: LOOKING,
  summary: 'tell what a past run did, and how it stands now',
  description:
    'Tells what a run changed, in order, its indexes then and now, groups as the archive has them, and the command that undoes ' +
    'it. Without RUN, the last run. With --output html=FILE, as a page for people who were not there.',
  arguments: [{ usage: '[RUN]', meaning: 'the run, as its report and `msgdb archive list` show it' }],
  flags: [],
  examples: [
    { command: 'msgdb report', meaning: 'the last run' },
    { command: 'msgdb report 20260131-184502-9f3c --output html=incident.html', meaning: 'as a page' },
  ],
  run: async (context, { arguments: [runId] }) => {
    const { report } = await import('../../commands/report/report.ts');
    return reportOutcome(await report(context, runId === undefined ? {} : { runId }));
  },
};

/** `msgdb archive` alone is `msgdb archive list`. */
export const ARCHIVE: CommandFamily = {
  name: 'archive',
  group,
  summary: 'list, show, restore or purge the removed rows',
  description: 'Every row that msgdb removed or changed is kept, exact to the byte, until it is purged.',
};

/** Commands on what was removed. */
export const ARCHIVE_COMMANDS: readonly Command[] = [
  {
    name: 'archive list',
    group: 'Commands:',
    summary: 'list the runs that removed or changed rows',
    description: 'Lists the runs that have rows in the archive, the latest first.',
    arguments: [],
    flags: [],
    examples: [
      { command: 'msgdb archive list', meaning: 'runs, and how many rows of which table' },
      { command: 'msgdb archive list --format json', meaning: 'for programs' },
    ],
    run: async (context) => {
      const { archiveList } = await import('../../commands/archive/archive-list.ts');
      return reportOutcome(await archiveList(context));
    },
  },
  {
    name: 'archive show',
    group: 'Commands:',
    summary: 'show the archived rows of a run',
    description: 'Shows the rows that a run removed or changed, as they were before.',
    arguments: [RUN],
    flags: [flag('--rows <N>', `number of rows to show (default: ${DEFAULT_ROWS})`)],
    examples: [
      { command: 'msgdb archive show 20260131-184502-9f3c', meaning: 'the rows that the run removed or changed' },
      { command: 'msgdb archive show 20260131-184502-9f3c --format json', meaning: 'for programs' },
    ],
    run: async (context, { arguments: [runId = ''], flags }) => {
      const limit = parseWholeNumber('--rows', flags.rows, { least: 1, fallback: DEFAULT_ROWS });
      const { archiveShow } = await import('../../commands/archive/archive-show.ts');
      return reportOutcome(await archiveShow(context, { runId, limit }));
    },
  },
  {
    name: 'archive restore',
    group: 'Commands:',
    summary: 'restore the archived rows of a run',
    description:
      'Restores the rows that a run removed or changed. Rows that have been changed since are not overwritten.',
    arguments: [RUN],
    flags: [YES_FLAG, ...LOCK_FLAGS],
    examples: [
      { command: 'msgdb archive restore 20260131-184502-9f3c', meaning: 'undo a `msgdb dedupe`' },
      {
        command: 'msgdb archive restore 20260131-184502-9f3c --yes',
        meaning: 'the same in a pipeline, without a question',
      },
    ],
    run: async (context, { arguments: [runId = ''], flags }) => {
      const { archiveRestore } = await import('../../commands/archive/archive-restore.ts');
      return reportOutcome(await archiveRestore(context, { runId, yes: flags.yes === true }));
    },
  },
  {
    name: 'archive purge',
    group: 'Commands:',
    summary: 'delete old archived rows for good',
    description: 'Deletes the archived rows of runs older than --older-than. Those runs cannot be undone any more.',
    arguments: [],
    flags: [
      flag('--older-than <AGE>', 'delete the rows of runs older than this: 12h, 30d, 2w, 1y (default: 90d)'),
      YES_FLAG,
      ...RUN_LOCK_FLAGS,
    ],
    examples: [
      { command: 'msgdb archive purge --older-than 90d', meaning: 'delete what is older than 90 days' },
      { command: 'msgdb archive purge --older-than 1y --yes', meaning: 'the same each month, without a question' },
    ],
    run: async (context, { flags }) => {
      const olderThanMs = parseAge('--older-than', flags.olderThan ?? '90d');
      const { archivePurge } = await import('../../commands/archive/archive-purge.ts');
      return reportOutcome(await archivePurge(context, { olderThanMs, yes: flags.yes === true }));
    },
  },
];
