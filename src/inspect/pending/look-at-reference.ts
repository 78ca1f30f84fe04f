import { readTable } from '../../catalog/read-table.ts';
import { type KeyPair, readUnfit } from '../../catalog/read-unfit.ts';
import { countOf } from '../../model/count-of.ts';
import type { Ask, Demand } from '../../model/demand.ts';
import type { TableFacts } from '../../model/facts.ts';
import { isSameInAnyOrder } from '../../model/same-columns.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { findingOn, type Seen } from './looked.ts';

type ForeignKey = Extract<Ask, { kind: 'foreign-key' }>;

/** Can a foreign key be made at all, whatever the rows are? Undefined where it can, or where that is not known. */
export async function lookAtReference(
  db: Queryable,
  demand: Demand & { readonly ask: ForeignKey },
): Promise<Seen | undefined> {
  const { ask } = demand;
  if (!ask.present) return undefined;
  const parent = await readTable(db, ask.parent);
  const label = tableLabel(ask.parent);
  const primary = parent.indexes.find(({ primary }) => primary);
  if (ask.referenced === undefined && (!primary || ask.gone.includes(primary.name))) {
    if (ask.made.length > 0)
      return { status: 'unresolved', detail: `an earlier statement changes the keys of ${label}` };
    return fails(demand, '42704', `${label} has no primary key`, `Name the columns of ${label} that are unique.`);
  }
  const referenced = ask.referenced ?? parent.primaryKey;
  if (referenced.length !== ask.names.length) {
    const detail = `it refers with ${countOf(ask.names.length, 'column')} to ${countOf(referenced.length, 'column')} of ${label}`;
    return fails(demand, '42830', detail, 'Name as many columns of the one table as of the other.');
  }
  if (!isKey(parent, referenced, ask)) {
    const detail = `no unique index of ${label} has the columns ${referenced.join(', ')} alone, without a condition`;
    const fix = `Add one first: \`alter table ${label} add unique (${referenced.join(', ')})\``;
    return fails(demand, '42830', detail, fix);
  }
  const [unfit] = await readUnfit(db, { parent: ask.parent, child: demand.origin, pairs: pairsOf(ask, referenced) });
  if (!unfit) return undefined;
  const detail = `${unfit.column} is ${unfit.type}, and ${label}.${unfit.referenced} is ${unfit.other}`;
  return fails(demand, '42804', detail, `Give ${unfit.column} the type ${unfit.other}.`);
}

function fails(demand: Demand, sqlstate: string, detail: string, fix: string): Seen {
  const message = `The statement will fail (${sqlstate}): ${detail}.`;
  return { status: 'fails', detail, findings: [findingOn(demand, 'MSGDB_REFERENCE_UNFIT', message, { fix })] };
}

/** PostgreSQL takes a key in any order of its columns. */
function isKey({ indexes }: TableFacts, referenced: readonly string[], { made, gone }: ForeignKey): boolean {
  const there = indexes.flatMap(({ name, unique, valid, immediate, predicate, exclusion, key }) => {
    const columns = key.flatMap(({ column }) => column ?? []);
    const fit = unique && valid && immediate && !exclusion && predicate === undefined && columns.length === key.length;
    return fit && !gone.includes(name) ? [columns] : [];
  });
  return [...there, ...made].some((columns) => isSameInAnyOrder(columns, referenced));
}

function pairsOf({ names, columns, types }: ForeignKey, referenced: readonly string[]): readonly KeyPair[] {
  return names.flatMap((column, place): readonly KeyPair[] => {
    const type = types[column];
    const other = referenced[place] ?? '';
    if (type !== undefined) return [{ column, present: undefined, type, referenced: other }];
    const part = columns.find(({ name }) => name === column)?.part;
    return typeof part === 'string' ? [{ column, present: part, type, referenced: other }] : [];
  });
}
