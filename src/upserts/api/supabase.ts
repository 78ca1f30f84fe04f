import { entryOf, textOf } from '../syntax/value.ts';
import {
  type ApiReader,
  type ApiTarget,
  chainOf,
  columnsOf,
  namedTable,
  proposed,
  switchOf,
  TARGET_AT_RUN_TIME,
  targetOn,
  unlessIgnored,
} from './api-upsert.ts';

const TABLES = ['from', 'from_', 'table'];

/** supabase-js and supabase-py: `db.from('t').upsert(rows, { onConflict: 'a,b' })`. */
export const readSupabase: ApiReader = (call) => {
  const chain = chainOf(call.receiver);
  const from = chain.find(({ name, arguments: given }) => TABLES.includes(name) && given.length === 1);
  // Laravel's DB::table('t')->upsert(rows, ['a']) takes a list of columns second.
  const second = call.arguments[1];
  if (!from || second?.kind === 'list' || second?.kind === 'text' || call.arguments.length > 2) return undefined;
  const schema = chain.find(({ name }) => name === 'schema')?.arguments[0];
  const table = namedTable(textOf(from.arguments[0]));
  const inserted = columnsOf(call.arguments[0]);
  const ignores = switchOf(entryOf(second, 'ignoreDuplicates') ?? call.named.get('ignore_duplicates'));
  return {
    kind: 'on-conflict',
    via: 'supabase',
    table: table.kind === 'named' && schema ? { ...table, schema: textOf(schema) } : table,
    target: targetOf(call),
    action: unlessIgnored(ignores, proposed(inserted)),
    inserted,
  };
};

/** PostgREST takes the primary key by default. */
function targetOf({ arguments: [, options], named }: Parameters<ApiReader>[0]): ApiTarget {
  const given = entryOf(options, 'onConflict') ?? named.get('on_conflict');
  if (options && options.kind !== 'record') return TARGET_AT_RUN_TIME;
  if (!given) return { kind: 'primary-key' };
  const text = textOf(given);
  if (text === undefined) return TARGET_AT_RUN_TIME;
  const columns = text.split(',').map((column) => column.trim().replaceAll('"', ''));
  return targetOn(columns.includes('') ? undefined : columns);
}
