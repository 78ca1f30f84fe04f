import type { Change } from '../../model/pending.ts';
import { findKnown, type World } from './world.ts';

type TriggerChange = Extract<Change, { kind: 'create-trigger' | 'enable-trigger' | 'drop-trigger' | 'create-rule' }>;

/** Takes over that a trigger, or a rule, comes or goes. */
export function followTrigger({ links, ...world }: World, change: TriggerChange): void {
  const table = findKnown({ links, ...world }, change.table)?.id;
  if (table === undefined) return;
  if (change.kind === 'create-rule') {
    const { command, definition } = change;
    links.rules = [...links.rules, { table, command, definition }];
    return;
  }
  const { name } = change;
  const others = links.triggers.filter((each) => each.table !== table || each.name !== name);
  if (change.kind === 'drop-trigger') {
    links.triggers = others;
  } else if (change.kind === 'create-trigger') {
    const { events, before, columns } = change;
    links.triggers = [...others, { table, name, events, before, columns, function: change.function }];
  } else if (others.length === links.triggers.length) {
    // One that did not fire: its function is not read.
    links.triggers = [
      ...others,
      { table, name, events: ['insert', 'update', 'delete', 'truncate'], before: true, columns: [], function: '' },
    ];
  }
}
