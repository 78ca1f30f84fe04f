import { SPREAD } from '../syntax/read-record.ts';
import type { Reader } from '../syntax/reader.ts';
import type { CallValue, Value } from '../syntax/value.ts';
import type { Assignment, ConflictUpsert, RacyUpsert, TableRef, Target } from '../upsert.ts';

/** What a library's call says, before it has its place in the source. */
export type ApiUpsert =
  | Pick<ConflictUpsert, 'kind' | 'via' | 'table' | 'target' | 'action' | 'inserted'>
  | (Pick<RacyUpsert, 'via' | 'table' | 'key' | 'filtered'> & { readonly kind: 'check-then-insert' });

/** Reads one library's form; undefined where the call is of another one. */
export type ApiReader = (call: CallValue, about: ApiFile) => ApiUpsert | undefined;

/** The file that a call is in, for what the call itself does not say: the type of a variable. */
export interface ApiFile {
  readonly text: string;
  readonly reader: Reader;
}

export const NAMED_AT_RUN_TIME: TableRef = { kind: 'dynamic', reason: 'the table is named while the program runs' };
export const TARGET_AT_RUN_TIME: Target = { kind: 'dynamic', reason: 'the target is made while the program runs' };

/** A table by its own name, with a schema before the dot. */
export function namedTable(name: string | undefined): TableRef {
  if (name === undefined) return NAMED_AT_RUN_TIME;
  const [table = '', schema, ...more] = name.split('.').toReversed();
  if (table === '' || more.length > 0) return NAMED_AT_RUN_TIME;
  return { kind: 'named', schema, names: [table] };
}

/** The calls of a chain `a.from('t').upsert(…)`, the last one first. */
export function chainOf(value: Value | undefined): readonly CallValue[] {
  const calls: CallValue[] = [];
  for (let each = value; each; each = each.kind === 'call' ? each.receiver : each.object) {
    if (each.kind === 'call') calls.push(each);
    else if (each.kind !== 'member') break;
  }
  return calls;
}

/** The columns of a row that is written out, or of the first of several. */
export function columnsOf(value: Value | undefined): readonly string[] | undefined {
  const row = value?.kind === 'list' ? value.items[0] : value;
  if (row?.kind !== 'record') return undefined;
  const keys = row.entries.map(({ key }) => key);
  return keys.length === 0 || keys.includes(SPREAD) ? undefined : keys;
}

/** All columns of the new row are written over the old one, as most libraries do. */
export function proposed(columns: readonly string[] | undefined): readonly Assignment[] | undefined {
  return columns?.map((column) => ({ column, value: 'proposed' }));
}
