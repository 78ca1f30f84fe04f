import { parseWholeNumber } from '../../config/settings/whole-number.ts';
import { MsgdbError } from '../../model/errors.ts';
import { type Command, reportOutcome, scriptOutcome } from '../definition/command.ts';
import type { Flags } from '../definition/flag.ts';
import {
  DRY_RUN_FLAG,
  FLEET_FLAGS,
  flag,
  NEEDLESS_YES_FLAG,
  ON_DIFFER_FLAGS,
  PACING_FLAGS,
  PLAN_FLAGS,
  REDO_PACING_FLAGS,
  REMOVAL_PACING_FLAGS,
  RULE_FLAGS,
  SAMPLES_FLAG,
  SQL_FLAG,
  SURVIVOR_FLAGS,
  UNDO_PACING_FLAGS,
  YES_FLAG,
} from '../definition/flags.ts';
import { parseEndingPoint, parseExtent } from '../values/ending-point.ts';
import { parsePlanFlags } from '../values/plan-flags.ts';
import { parseRule } from '../values/rule.ts';
import { DEFAULT_SAMPLES } from './find-duplicates.ts';

const group = 'Change the database:';

/** Commands that change the database. */
export const CHANGING_COMMANDS: readonly Command[] = [
  {
    name: 'migrate',
    group,
    summary: 'apply the pending migrations',
    description:
      'Applies the pending migrations: removes duplicates, builds the index that keeps new ones out, and checks the ' +
      'result. Every removed row is archived first; `msgdb rollback` restores it.',
    arguments: [],
    flags: [
      DRY_RUN_FLAG,
      SQL_FLAG,
      flag('--to <NAME>', 'stop after this migration'),
      flag('--only <NAME>', 'apply this migration alone'),
      flag('--allow-out-of-order', 'also apply migrations that sort before one already applied, or share a number'),
      flag(
        '--rewrite',
        'write pending SQL anew where copies stand in the way of a unique index: with a rule in its place; apply nothing',
      ),
      ...ON_DIFFER_FLAGS,
      NEEDLESS_YES_FLAG,
      ...PACING_FLAGS,
      ...FLEET_FLAGS,
    ],
    examples: [
      { command: 'msgdb migrate --dry-run', meaning: 'the plan: steps, locks, rows' },
      { command: 'msgdb migrate', meaning: 'apply what is pending' },
      { command: 'msgdb migrate --sql > review.sql', meaning: 'the same as a script, to review or run elsewhere' },
      { command: 'msgdb migrate --rewrite --dry-run', meaning: 'which SQL would be written anew, and how' },
    ],
    run: async (context, { flags }) => {
      const range = { ...parseExtent(flags), allowOutOfOrder: flags.allowOutOfOrder === true };
      if (flags.rewrite) {
        refuseScript(flags);
        const { rewritePending } = await import('../../commands/migrate/rewrite/rewrite-pending.ts');
        return reportOutcome(await rewritePending(context, { ...range, dryRun: flags.dryRun === true }));
      }
      if (flags.sql) {
        const { migrateScript } = await import('../../commands/migrate/migrate-script.ts');
        return scriptOutcome(await migrateScript(context, range));
      }
      const { migrate } = await import('../../commands/migrate/migrate.ts');
      return reportOutcome(await migrate(context, { ...range, dryRun: flags.dryRun === true }));
    },
  },
  {
    name: 'dedupe',
    group,
    summary: 'remove the duplicates of a rule, without building its index',
    description:
      'Keeps one row of each group, re-points what refers to the others, then archives and deletes them. Asks for ' +
      'confirmation first. It builds no index: to keep new duplicates out, write a migration. On a terminal, without flags ' +
      'that say what to do, it asks for the table, the key and the row to keep.',
    arguments: [],
    flags: [
      ...RULE_FLAGS,
      ...SURVIVOR_FLAGS,
      DRY_RUN_FLAG,
      SQL_FLAG,
      ...PLAN_FLAGS,
      SAMPLES_FLAG,
      ...ON_DIFFER_FLAGS,
      YES_FLAG,
      ...REMOVAL_PACING_FLAGS,
      ...FLEET_FLAGS,
    ],
    examples: [
      { command: 'msgdb dedupe', meaning: 'on a terminal: one question after the other' },
      { command: 'msgdb dedupe --table messages --key wa_message_id --dry-run', meaning: 'what would be removed' },
      {
        command: 'msgdb dedupe --table messages --key wa_message_id --keep "updated_at desc"',
        meaning: 'keep the latest row',
      },
      { command: 'msgdb dedupe --yes', meaning: 'every rule of the migrations, without asking' },
      { command: 'msgdb dedupe --plan-out dedupe.plan', meaning: 'what would be removed, row by row, to review' },
      { command: 'msgdb dedupe --plan dedupe.plan', meaning: 'remove what the plan lists' },
    ],
    run: async (context, { flags }) => {
      const planned = parsePlanFlags(flags);
      if (planned.apply !== undefined) {
        const { applyPlan } = await import('../../commands/dedupe/apply-plan.ts');
        const how = { dryRun: flags.dryRun === true, yes: flags.yes === true };
        return reportOutcome(await applyPlan(context, { file: planned.apply, ...how }));
      }
      const rule = parseRule(flags);
      const named = rule ? { rule } : {};
      const samples = parseWholeNumber('--samples', flags.samples, { least: 0, fallback: DEFAULT_SAMPLES });
      if (flags.sql) {
        const { dedupeScript } = await import('../../commands/dedupe/dedupe-script.ts');
        return scriptOutcome(await dedupeScript(context, named));
      }
      const how = { dryRun: flags.dryRun === true, yes: flags.yes === true, samples };
      const { dedupe } = await import('../../commands/dedupe/dedupe.ts');
      return reportOutcome(await dedupe(context, { ...named, ...how, planOut: planned.write }));
    },
    lead: async (context, asker, look) => {
      const { lead } = await import('../guide/lead.ts');
      return await lead(context, asker, look);
    },
  },
  {
    name: 'rollback',
    group,
    summary: 'undo migrations and restore the removed rows',
    description:
      'Undoes the latest migration, or more with --step or --to: drops what it built and restores every row it removed ' +
      'or changed.',
    arguments: [],
    flags: [
      DRY_RUN_FLAG,
      SQL_FLAG,
      flag('--step <N>', 'number of migrations to undo, the latest first (default: 1)'),
      flag('--to <NAME>', 'undo everything after this migration'),
      NEEDLESS_YES_FLAG,
      ...UNDO_PACING_FLAGS,
      ...FLEET_FLAGS,
    ],
    examples: [
      { command: 'msgdb rollback --dry-run', meaning: 'what would be undone' },
      { command: 'msgdb rollback', meaning: 'undo the latest migration' },
      { command: 'msgdb rollback --to 0002-conversations', meaning: 'undo everything after it' },
    ],
    run: async (context, { flags }) => {
      const end = parseEndingPoint(flags);
      if (flags.sql) {
        const { rollbackScript } = await import('../../commands/rollback/rollback-script.ts');
        return scriptOutcome(await rollbackScript(context, end));
      }
      const { rollback } = await import('../../commands/rollback/rollback.ts');
      return reportOutcome(await rollback(context, { ...end, dryRun: flags.dryRun === true }));
    },
  },
  {
    name: 'redo',
    group,
    summary: 'undo a migration and apply it again',
    description:
      'Undoes one migration as `msgdb rollback` does, then applies it again, in one run: while a migration is written, both ' +
      'of its ways are tried. Rows that it removed are restored first, and removed again.',
    arguments: [{ usage: '[NAME]', meaning: 'the migration (default: the latest that is applied)' }],
    flags: [DRY_RUN_FLAG, NEEDLESS_YES_FLAG, ...REDO_PACING_FLAGS],
    examples: [
      { command: 'msgdb redo', meaning: 'the latest migration' },
      { command: 'msgdb redo 0002-conversations --dry-run', meaning: 'what would be undone first' },
    ],
    run: async (context, { arguments: [name], flags }) => {
      const { redo } = await import('../../commands/redo/redo.ts');
      return reportOutcome(await redo(context, { name, dryRun: flags.dryRun === true }));
    },
  },
];

/** @throws MsgdbError MSGDB_USAGE */
function refuseScript({ sql }: Flags): void {
  if (!sql) return;
  throw new MsgdbError('MSGDB_USAGE', {
    what: '--rewrite and --sql are given together.',
    why: 'One writes files of the migrations folder, the other prints what would be applied.',
    fix: 'Leave one of them out; `msgdb migrate --rewrite --dry-run` shows what would be written.',
  });
}
