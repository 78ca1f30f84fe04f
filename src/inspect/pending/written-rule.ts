import { nameConstraint } from '../../model/constraint-name.ts';
import type { Demand } from '../../model/demand.ts';
import { quoted } from '../../model/name.ts';
import type { KeyPart } from '../../model/operations/common.ts';
import { type UniqueKey, uniqueKey } from '../../model/operations/unique-key.ts';
import type { Change, WrittenPart, WrittenUnique } from '../../model/pending.ts';
import type { PendingStatement } from '../../model/pending-script.ts';

/** What a statement makes unique, in the names that it writes: those of when it is run. */
export function uniqueOf({ changes }: PendingStatement): WrittenUnique | undefined {
  const all = changes.flatMap((change) => uniqueIn(change) ?? []);
  return all.length === 1 ? all[0] : undefined;
}

function uniqueIn(change: Change): WrittenUnique | undefined {
  if (change.kind === 'build-index') return change.unique;
  return change.kind === 'add-constraint' && change.constraint.kind === 'unique' ? change.constraint : undefined;
}

/** The rule that makes the same index as a statement; undefined where no rule does. */
export function writtenRule(
  { table, index }: Pick<Demand, 'table' | 'index'>,
  unique: WrittenUnique,
  defaultSchema: string,
): UniqueKey | undefined {
  const key = unique.parts.map(readPart);
  if (unique.besides !== undefined || unique.deferrable || key.includes(undefined)) return undefined;
  const columns = unique.parts.flatMap((part) => ('column' in part ? [part.column] : []));
  const { as } = unique;
  const name = index?.name ?? (as === 'index' ? undefined : nameConstraint({ table: table.name, columns, as }));
  const label = [...(table.schema === defaultSchema ? [] : [table.schema]), table.name].map(plainName).join('.');
  return uniqueKey({
    table: label,
    key: key.flatMap((part) => part ?? []),
    nulls: unique.nulls,
    constraint: as === 'constraint',
    ...(unique.where === undefined ? {} : { where: unique.where.text }),
    ...(name === undefined ? {} : { index: name }),
  });
}

function readPart(part: WrittenPart): KeyPart | undefined {
  if ('column' in part) return plainName(part.column);
  return 'expression' in part ? { expression: part.expression.text } : undefined;
}

function plainName(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name) ? name : quoted(name);
}

/** A rule as a migration writes it, in one line. */
export function showRule({ table, key, where, nulls, index, constraint }: UniqueKey): string {
  const options = [
    `table: ${literal(table)}`,
    `key: [${key.map((part) => (typeof part === 'string' ? literal(part) : `{ expression: ${literal(part.expression)} }`)).join(', ')}]`,
    ...(where === undefined ? [] : [`where: ${literal(where)}`]),
    ...(nulls === 'not distinct' ? ["nulls: 'not distinct'"] : []),
    ...(index === undefined ? [] : [`index: ${literal(index)}`]),
    ...(constraint ? ['constraint: true'] : []),
  ];
  return `uniqueKey({ ${options.join(', ')} })`;
}

function literal(text: string): string {
  if (text.includes("'") && !text.includes('"')) return JSON.stringify(text);
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
