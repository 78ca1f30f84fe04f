import { tableLabel } from '../../model/table-label.ts';
import { askFirst } from '../context/ask-first.ts';
import type { Context } from '../context/context.ts';
import { confirmRemoval } from '../dedupe/confirm-removal.ts';
import { removableOf } from '../dedupe/see-rules.ts';
import { toFence } from './deploy-fences.ts';
import type { SeenRepair } from './see-repairs.ts';

/** Asks once for all: the rows that go, the indexes that are built, the tables that are fenced off. */
export async function confirmRepair(context: Context, seen: readonly SeenRepair[]): Promise<void> {
  const changing = seen.filter(({ plan }) => plan.steps.length > 0);
  const names = changing.flatMap(({ repair: { index } }) => index ?? []);
  const list = names.join(', ');
  const tables = [...new Set(toFence(seen).map(({ repair: { table } }) => tableLabel(table)))].join(', ');
  if (removableOf(seen) === 0 && list + tables !== '') {
    const what = [list && `build ${list}`, tables && `put up a fence on ${tables}`].filter(Boolean).join(', and ');
    const action = [list && `building ${list}`, tables && `a fence on ${tables}`].filter(Boolean).join(', and ');
    return await askFirst(context, { question: `${capital(what)}? No row is removed.`, action });
  }
  const then = list === '' ? '' : ` Then ${list} ${names.length === 1 ? 'is' : 'are'} built.`;
  const fence = tables === '' ? '' : ` A fence then keeps new copies out of ${tables}.`;
  const asking: Context['confirm'] = async (question, targets) =>
    context.confirm(`${question}${then}${fence}`, targets);
  await confirmRemoval(
    { ...context, confirm: asking },
    changing.map((each) => ({
      rule: each.rule,
      target: each.target,
      rows: removableOf([each]),
      lackingToUndo: each.plan.lackingToUndo,
    })),
  );
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
