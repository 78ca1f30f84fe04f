import type { Key } from '../model/dedupe.ts';
import type { IndexFacts, OperationFacts } from '../model/facts.ts';
import type { DropUniqueKey } from '../model/operations/drop-unique-key.ts';
import { judgeIndexes } from './judge-index.ts';

/**
 * The constraint or index that has the meaning, under any name; the named one where there are several, and never the
 * one that takes over.
 */
export function findDropped(
  operation: Pick<DropUniqueKey, 'name' | 'replacedBy'>,
  key: Key,
  facts: OperationFacts,
): IndexFacts | undefined {
  const found = (['distinct', 'not distinct'] as const).flatMap((nulls) => {
    const wanted = { ...key, nulls, name: operation.name, unique: true, method: 'btree' };
    const { serving, deferrable, debris, otherDebris } = judgeIndexes(wanted, facts);
    // Not valid but ready: a drop that was cancelled leaves it so, and it still rejects rows.
    const cancelled = operation.name === undefined ? otherDebris.find((index) => index.ready) : undefined;
    return [serving, deferrable, debris, cancelled].flatMap((index) => index ?? []);
  });
  const candidates = found.filter(({ name }) => name !== operation.replacedBy);
  return candidates.find(({ name }) => name === operation.name) ?? candidates[0];
}
