import { EVERY_SETTING } from '../../config/settings/settings.ts';
import type { Setting } from '../../config/settings/settings-table.ts';
import { REPORT_FORMATS } from '../../report/look.ts';
import type { Flag } from './flag.ts';

/** Flags of every command; they may stand before the command or after it. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  ...settingFlags('database', 'Database:'),
  ...grouped('Project:', { '-c, --config <FILE>': 'configuration file (default: msgdb.config.*, searched upwards)' }),
  ...settingFlags('project', 'Project:'),
  {
    usage: '--format <FORMAT>',
    meaning: 'human, json, ndjson, junit, github, gitlab, sarif, markdown or html (default: human)',
    group: 'Output:',
    choices: REPORT_FORMATS,
  },
  {
    usage: '--output <FILE>',
    meaning: 'write the report to FILE instead of stdout; as FORMAT=FILE also to FILE, in that format, once or more',
    group: 'Output:',
    repeatable: true,
  },
  ...settingFlags('output', 'Output:'),
  ...grouped('Output:', {
    '-q, --quiet': 'print only the report and errors, no progress, notes or warnings',
    '-v, --verbose': 'show more detail, such as the SQL of a statement that failed',
    '--no-color': 'do not colour the output',
    '-h, --help': 'show this help',
  }),
];

/** How a command that changes things works; only those commands take them. */
export const PACING_FLAGS: readonly Flag[] = settingFlags('pace', 'Locks and pace:');

/** A removal by itself builds no index that needs a fence, and waits for no long transaction. */
export const REMOVAL_PACING_FLAGS = PACING_FLAGS.filter((each) => !/^--(?:fence|wait-for-blockers) /.test(each.usage));

/** What is written into a repair that runs elsewhere. */
export const EMIT_FLAGS = PACING_FLAGS.filter(({ usage }) => /^--(?:limit|lock-timeout|lock-retries) /.test(usage));

/** Copies that have come since a rule was dropped are removed without a limit. */
export const UNDO_PACING_FLAGS = PACING_FLAGS.filter(({ usage }) => !/^--(?:limit|window) /.test(usage));

/** What undoes, and what does again what was undone, keeps to no hours: half of it would be no rule. */
export const REDO_PACING_FLAGS = PACING_FLAGS.filter(({ usage }) => !usage.startsWith('--window '));

/** For commands without batches and builds. */
export const LOCK_FLAGS: readonly Flag[] = PACING_FLAGS.filter(({ usage }) => usage.startsWith('--lock-'));
export const RUN_LOCK_FLAGS: readonly Flag[] = PACING_FLAGS.filter(({ usage }) => usage.startsWith('--lock-wait'));

/** For commands that only look: what sorting rows may use on the server. */
export const MEMORY_FLAG: readonly Flag[] = PACING_FLAGS.filter(({ usage }) => usage.startsWith('--memory '));

/** A uniqueness rule without a migration file. */
export const RULE_FLAGS: readonly Flag[] = grouped('Rule (default: every rule of the migrations):', {
  '--table <TABLE>': 'table of the rule: chat, public.Chat, \'"odd.name"\'',
  '--key <COLUMNS>': 'columns or expressions that must be unique together: a,lower(b)',
  '--where <SQL>': 'condition of the rule: other rows are ignored',
  '--nulls-not-distinct': 'treat NULLs as equal, as NULLS NOT DISTINCT does',
});

/** Who survives and what it takes from the others: for commands that plan a removal. */
export const SURVIVOR_FLAGS: readonly Flag[] = [
  ...grouped('Rule (default: every rule of the migrations):', {
    '--keep <ORDER>':
      'order of preference for the row to keep: "most complete, updated_at desc" (default: primary key)',
  }),
  {
    usage: '--merge <COLUMN=HOW>',
    meaning:
      'value that the kept row gets in COLUMN, from all copies (default: its own): first-non-null, min, max, sum, or, and, concat, jsonb-merge',
    group: 'Rule (default: every rule of the migrations):',
    repeatable: true,
  },
];

/** For commands that remove rows by rules. */
export const ON_DIFFER_FLAGS = settingFlags('command', 'Options:');
export const PLAN_FLAGS: readonly Flag[] = [
  flag('--plan-out <FILE>', 'write the plan to FILE, with every group and row; change nothing'),
  flag('--plan <FILE>', 'remove exactly what FILE lists; groups that have changed since are left out'),
];
export const SAMPLES_FLAG = flag(
  '--samples <N>',
  'number of groups to show for each rule, with up to five copies of each (default: 5)',
);
export const DRY_RUN_FLAG = flag('--dry-run', 'show what would be done, change nothing');
export const SQL_FLAG = flag('--sql', 'print what would be done as an SQL script, change nothing');
export const YES_FLAG = flag('-y, --yes', 'do not ask for confirmation');
/** For commands that change things and do not ask. */
export const NEEDLESS_YES_FLAG: Flag = { ...YES_FLAG, hidden: true };

const REPAIR = 'Repair:';

/** For making rows fit what another runner is about to do; who survives is said for one key. */
export const REPAIR_FLAGS: readonly Flag[] = [
  ...grouped(REPAIR, {
    '--repair': 'remove the copies that the pending unique indexes and constraints would meet',
    '--build': 'also build these indexes, so that the deploy finds them done',
    '--keep-fence <DURATION>':
      'keep new copies out until the deploy, by a trigger that ends by itself: 30m, at most 24h',
  }),
  ...[...SURVIVOR_FLAGS, DRY_RUN_FLAG, ...ON_DIFFER_FLAGS, YES_FLAG].map((each) => ({ ...each, group: REPAIR })),
];

/** For commands that can be run on many databases or schemas. */
export const FLEET_FLAGS: readonly Flag[] = grouped('Many databases or schemas:', {
  '--targets <TARGETS>': "run on each target: a file with one a line, - for standard input, or 'sql:select …'",
  '--parallel <N>': 'targets at a time (default: 4)',
  '--connections <N>': 'connections at a time, of all targets together (default: as many as --parallel needs)',
  '--continue-on-error': 'begin further targets when one has failed',
  '--resume <REPORT>': 'leave out the targets that are done in REPORT, a JSON report of the same command',
});

/** A flag of one command. */
export function flag(usage: string, meaning: string): Flag {
  return { usage, meaning, group: 'Options:' };
}

function grouped(group: string, flags: Readonly<Record<string, string>>): readonly Flag[] {
  return Object.entries(flags).map(([usage, meaning]) => ({ usage, meaning, group }));
}

/** The flags of settings, with what holds without them. */
function settingFlags(of: Setting['group'], group: string): readonly Flag[] {
  return EVERY_SETTING.flatMap(([, setting]) => {
    const { flag: usage, meaning } = setting;
    if (!usage || setting.group !== of) return [];
    const without = setting.otherwise ?? (setting.default === false ? undefined : setting.default);
    const said = without === undefined ? meaning : `${meaning} (default: ${without})`;
    return [{ usage, meaning: said, group, ...(setting.kind.words ? { choices: setting.kind.words } : {}) }];
  });
}
