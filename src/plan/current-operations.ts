import type { MigrationFile } from '../model/migration.ts';
import type { DropUniqueKey } from '../model/operations/drop-unique-key.ts';
import type { Operation } from '../model/operations/index.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import { isSameKey } from '../model/same-columns.ts';

/** An operation, and where it stands. */
export interface PlacedOperation {
  readonly operation: Operation;
  readonly file: MigrationFile;
  readonly place: number;
}

/** The operations whose result is still wanted: a rule that a later migration drops no longer has to hold. */
export function currentOperations(files: readonly MigrationFile[]): readonly PlacedOperation[] {
  const all = files.flatMap((file) => file.migration.up.map((operation, place) => ({ operation, file, place })));
  return all.filter(({ operation, file }) => {
    if (operation.kind !== 'unique-key' && operation.kind !== 'drop-unique-key') return true;
    const opposite = operation.kind === 'unique-key' ? 'drop-unique-key' : 'unique-key';
    return !all.some(
      (later) =>
        later.file.name > file.name && later.operation.kind === opposite && sameRule(later.operation, operation),
    );
  });
}

function sameRule(a: Operation, b: UniqueKey | DropUniqueKey): boolean {
  if (a.kind !== 'unique-key' && a.kind !== 'drop-unique-key') return false;
  return a.table === b.table && a.where === b.where && isSameKey(a.key, b.key);
}
