import { type CallValue, nameIn, textOf } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import { type ApiReader, chainOf, columnsOf, namedTable, proposed, targetOn, textsIn } from './api-upsert.ts';

/** Laravel: `User::upsert(rows, ['email'], ['name'])`, `DB::table('t')->upsert(…)`, `updateOrCreate`, `insertOrIgnore`. */
export const readLaravel: ApiReader = (call) => {
  const table = tableOf(call);
  if (!table) return undefined;
  const [rows, by, updated] = call.arguments;
  const inserted = columnsOf(rows);
  switch (call.name) {
    case 'updateOrCreate':
    case 'firstOrCreate':
      return inserted && { kind: 'check-then-insert', via: 'laravel', table, key: inserted, filtered: false };
    case 'insertOrIgnore':
      return {
        kind: 'on-conflict',
        via: 'laravel',
        table,
        target: { kind: 'none' },
        action: { kind: 'nothing' },
        inserted,
      };
    default: {
      if (by?.kind !== 'list' && by?.kind !== 'text') return undefined;
      return {
        kind: 'on-conflict',
        via: 'laravel',
        table,
        target: targetOn(textsIn(by)),
        action: { kind: 'update', assigned: proposed(textsIn(updated) ?? inserted) },
        inserted,
      };
    }
  }
};

function tableOf(call: CallValue): TableRef | undefined {
  const table = chainOf(call.receiver).find(({ name }) => name === 'table');
  if (table) return namedTable(textOf(table.arguments[0]));
  // `User::query()->upsert(…)`
  const query = chainOf(call.receiver).at(-1);
  const name = nameIn(query ? query.receiver : call.receiver);
  return name !== undefined && /^[A-Z]\w*$/.test(name) ? { kind: 'model', framework: 'laravel', name } : undefined;
}
