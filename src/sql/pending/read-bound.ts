import type { PartitionBoundSpec } from 'libpg-query';
import type { PartitionBound, RangeEnd } from '../../model/partition-bound.ts';
import { elementsOf, findWord, insideOf, readSource, type Source, textOf } from './source.ts';

/** `FOR VALUES …` or `DEFAULT` of a statement; undefined where it says no bound, or it cannot be read. */
export function readBound(source: Source, bound: PartitionBoundSpec | undefined): PartitionBound | undefined {
  if (!bound) return undefined;
  const { is_default, strategy, modulus = 0, remainder = 0 } = bound;
  if (is_default) return { kind: 'default' };
  if (strategy === 'h') return { kind: 'hash', modulus, remainder };
  const values = (findWord(source, 0, 'for') ?? 0) + 1;
  if (strategy === 'l') {
    const listed = valuesAfter(source, values, 'in');
    return listed && { kind: 'list', values: listed };
  }
  const [from, to] = [valuesAfter(source, values, 'from'), valuesAfter(source, values, 'to')];
  return from && to && { kind: 'range', from: from.map(endOf), to: to.map(endOf) };
}

/** The same of what PostgreSQL says of a partition that is there. */
export async function readBoundText(text: string): Promise<PartitionBound | undefined> {
  const source = await readSource(`alter table t attach partition p ${text}`);
  if (!source || !('AlterTableStmt' in source.tree)) return undefined;
  const [command] = source.tree.AlterTableStmt.cmds ?? [];
  const def = command && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  return def && 'PartitionCmd' in def ? readBound(source, def.PartitionCmd.bound) : undefined;
}

function valuesAfter(source: Source, from: number, word: string): readonly string[] | undefined {
  const at = findWord(source, from, word);
  if (at === undefined) return undefined;
  return elementsOf(source, insideOf(source, at + 1)).map((each) => textOf(source, each));
}

function endOf(text: string): RangeEnd {
  const word = text.toLowerCase();
  return word === 'minvalue' || word === 'maxvalue' ? word : { value: text };
}
