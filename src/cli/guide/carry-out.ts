import { MsgdbError } from '../../model/errors.ts';
import type { DedupeReport, FilesReport } from '../../model/report.ts';
import { shellWord } from '../../model/shell-word.ts';
import { type Outcome, reportOutcome } from '../definition/command.ts';
import { parseEmit, parseNew } from '../values/new-migration.ts';
import { type Draft, ruleOf, shellFlags } from './draft.ts';
import type { Guide } from './guide.ts';

/** What a person wants of a plan. */
export type Decision = 'write' | 'remove' | 'remove and write' | { readonly emit: string };

/** Does what was decided; undefined where the last question, before rows go, was not answered with yes. */
export async function carryOut(decision: Decision, draft: Draft, guide: Guide): Promise<Outcome | undefined> {
  if (typeof decision === 'object') return reportOutcome(await emit(decision.emit, draft, guide));
  if (decision === 'write') return reportOutcome(await writeMigration(draft, guide));
  const report = await remove(draft, guide);
  if (!report) return undefined;
  const limit = draft.limit === undefined ? '' : ` --limit ${draft.limit}`;
  await showCommand(`dedupe ${shellFlags(draft.flags)}${limit}`, guide);
  if (decision === 'remove' || report.verdict !== 'ok') return reportOutcome(report);
  const { created } = await writeMigration(draft, guide);
  await guide.asker.show(`${created.join(' and ')} written.\n\n`);
  return reportOutcome({ ...report, next: 'msgdb migrate --dry-run' });
}

/** The same question as for the command, and its last look at what is there. */
async function remove(draft: Draft, { context, asker }: Guide): Promise<DedupeReport | undefined> {
  const { dedupe } = await import('../../commands/dedupe/dedupe.ts');
  let refused = false;
  async function confirm(question: string): Promise<boolean> {
    const answer = await asker.choose(question, [
      { value: false, label: 'No' },
      { value: true, label: 'Yes' },
    ]);
    refused = answer !== true;
    return answer === true;
  }
  try {
    return await dedupe({ ...context, confirm }, { rule: ruleOf(draft), dryRun: false, yes: false, samples: 0 });
  } catch (error) {
    if (refused && error instanceof MsgdbError && error.code === 'MSGDB_CONFIRMATION_NEEDED') return undefined;
    throw error;
  }
}

async function emit(runner: string, draft: Draft, guide: Guide): Promise<FilesReport> {
  const { emitRepair } = await import('../../commands/new/emit/emit-repair.ts');
  const name = nameOf(draft);
  await showCommand(`new ${shellWord(name)} ${shellFlags(draft.flags)} --emit ${runner}`, guide);
  return await emitRepair(guide.context, { ...parseEmit(name, runner, draft.flags), rule: ruleOf(draft) });
}

async function writeMigration(draft: Draft, guide: Guide): Promise<FilesReport> {
  const { createMigration } = await import('../../commands/new/new.ts');
  return await createMigration(guide.context, { ...parseNew(nameOf(draft), draft.flags), rule: ruleOf(draft) });
}

function nameOf({ flags }: Draft): string {
  return `unique ${flags.table} ${flags.key}`;
}

async function showCommand(words: string, { asker }: Guide): Promise<void> {
  await asker.show(`As a command:\n  msgdb ${words}\n\n`);
}
