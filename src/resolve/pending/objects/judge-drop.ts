import type { ObjectAct } from '../../../model/object-change.ts';
import type { World } from '../world.ts';
import { type Dropped, fallOf, wholeOf } from './drop-objects.ts';
import {
  findRelation,
  findWritten,
  isRelation,
  missingOf,
  missingSchema,
  type Refusal,
  refusal,
  whyOpen,
} from './find-object.ts';
import { judgeColumn } from './judge-column.ts';
import { labelOf, type StockObject } from './stock.ts';

/** DROP: what it names must be there, and nothing may depend on it that does not go along. */
export function judgeDrop(world: World, act: Extract<ObjectAct, { do: 'drop' }>): Refusal | undefined {
  const targets: Dropped[] = [];
  for (const written of act.objects) {
    const object = findWritten(world, written);
    if (object) {
      targets.push({ object, column: undefined });
      continue;
    }
    const other = isRelation(written.kind) ? findRelation(world, written.name) : undefined;
    if (other) return refusal(`${other.name} is no ${written.kind}: it is ${aOf(other.kind)}`, '42809');
    if (act.ifExists) continue;
    if (written.table && !findRelation(world, written.table)) {
      return (
        missingSchema(world, written.table) ??
        refusal(`there is no table ${written.table.name}`, '42P01', whyOpen(world, written.table))
      );
    }
    const of = written.table ? ` of ${written.table.name}` : '';
    return (
      missingSchema(world, written.name) ??
      refusal(
        `there is no ${written.kind} ${written.name.name}${of}`,
        missingOf(written.kind),
        whyOpen(world, written.table ?? written.name),
      )
    );
  }
  return judgeFall(world, targets, act.cascade ? 'cascade' : 'restrict');
}

function judgeFall(world: World, targets: readonly Dropped[], how: 'cascade' | 'restrict'): Refusal | undefined {
  const { stock } = world;
  for (const each of targets) {
    const { extension, name } = each.object;
    if (
      extension !== undefined &&
      each.column === undefined &&
      !targets.some(({ object }) => object.kind === 'extension' && object.name === extension)
    )
      return refusal(`extension ${extension} needs ${name}`, '2BP01');
    const whole = wholeOf(stock, each);
    if (whole && !targets.some(({ object }) => object.id === whole.id))
      return refusal(`${labelOf(stock, whole)} needs it`, '2BP01');
  }
  const overloaded = targets.find(
    ({ object }) =>
      object.kind === 'function' &&
      [...stock.objects.values()].some(
        (each) => each.kind === 'function' && each.id !== object.id && each.name === object.name,
      ),
  );
  const { inTheWay } = fallOf(stock, targets, how);
  const first = inTheWay.find(({ maybe }) => !maybe) ?? inTheWay[0];
  if (!first) return undefined;
  const others = inTheWay.length > 1 ? `, and ${inTheWay.length - 1} more` : '';
  const what = `${first.label} depends on it${others}`;
  const open = first.maybe
    ? `${first.label} may depend on it`
    : overloaded
      ? `there are several functions ${overloaded.object.name}, and ${first.label} depends on one of them`
      : undefined;
  return refusal(what, '2BP01', open);
}

function aOf(kind: StockObject['kind']): string {
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

export function judgeDropColumn(
  world: World,
  { table: written, column, cascade, ifExists }: Extract<ObjectAct, { do: 'drop-column' }>,
): Refusal | undefined {
  const table = findRelation(world, written);
  if (!table) return undefined;
  if (!table.columns.has(column)) return ifExists ? undefined : judgeColumn(world, written, column);
  const kept = judgeColumn(world, written, column, 'own');
  if (kept) return kept;
  if (table.partitionKey.has(column))
    return refusal(`${column} is a part of the partition key of ${table.name}`, '42P16');
  return judgeFall(world, [{ object: table, column }], cascade ? 'cascade' : 'restrict');
}

/** Kinds whose own text names the column with its type. */
const READS_TYPE: ReadonlySet<StockObject['kind']> = new Set([
  'rule',
  'view',
  'materialized view',
  'trigger',
  'policy',
  'function',
]);

/** ALTER … TYPE makes constraints and indexes again, and nothing else (0A000). */
export function judgeRetype(
  world: World,
  { table: written, column }: Extract<ObjectAct, { do: 'retype-column' }>,
): Refusal | undefined {
  const table = findRelation(world, written);
  if (!table) return undefined;
  const missing = judgeColumn(world, written, column, 'own');
  if (missing) return missing;
  if (table.partitionKey.has(column))
    return refusal(`${column} is a part of the partition key of ${table.name}`, '42P16');
  const { stock } = world;
  const users = stock.dependencies.flatMap((each) => {
    const from = each.to === table.id && each.toColumn === column ? stock.objects.get(each.from) : undefined;
    if (!from || !(READS_TYPE.has(from.kind) || isGenerated(from, each.kind, column))) return [];
    const view = from.kind === 'rule' && from.table !== undefined ? stock.objects.get(from.table) : undefined;
    return [{ label: labelOf(stock, view ?? from), maybe: each.maybe }];
  });
  const first = users.find(({ maybe }) => !maybe) ?? users[0];
  if (!first) return undefined;
  return refusal(
    `${first.label} uses the column ${column}`,
    '0A000',
    first.maybe ? `${first.label} may use the column ${column}` : undefined,
  );
}

/** A generated column depends on another by its expression. */
function isGenerated(from: StockObject, kind: string, column: string): boolean {
  return from.kind === 'default' && kind === 'normal' && from.column !== column;
}
