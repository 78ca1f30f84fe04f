import type { TableName } from './facts.ts';

/** A constraint or index as it was, in PostgreSQL's own words. */
export interface DroppedObject {
  readonly kind: 'constraint' | 'index';
  readonly table: TableName;
  readonly name: string;
  /** What follows ADD CONSTRAINT name, or the whole CREATE INDEX. */
  readonly definition: string;
  /** The CREATE INDEX of the index it has. */
  readonly indexDefinition: string;
  readonly comment: string | undefined;
}

interface EntryCommon {
  readonly id: number;
  readonly runId: string;
  readonly migration: string | undefined;
  /** Place of the operation in the migration's list, from 0. */
  readonly operation: number | undefined;
}

/** Which columns named rows that were removed, and where those are archived. */
export interface ArchivedReference {
  readonly archive: string;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  readonly array: boolean;
}

/** Rows a run changed, with their images in an archive table. */
export interface RowEntry extends EntryCommon {
  readonly kind: 'removed' | 'updated' | 'created';
  readonly table: TableName;
  readonly archive: string;
  readonly rows: number;
  /** For re-pointed rows: what they named before. Until that is back, they must not name another row in its place. */
  readonly refersTo?: readonly ArchivedReference[] | undefined;
}

/** A statement that was begun, and cannot share a transaction with its record. */
export interface BegunStatement {
  readonly text: string;
  /** The index that it builds; null where it builds none, or writes no name. */
  readonly index: string | null;
  /** No index had that name when it was begun. */
  readonly fresh: boolean;
}

/** One thing a run changed, as the ledger keeps it: what undo works from. */
export type LedgerEntry =
  | RowEntry
  | (EntryCommon & { readonly kind: 'deleted'; readonly table: TableName; readonly rows: number })
  | (EntryCommon & { readonly kind: 'built-index'; readonly table: TableName; readonly index: string })
  /** An index that was made for a foreign key to the rule's table, and kept. */
  | (EntryCommon & { readonly kind: 'indexed-reference'; readonly table: TableName; readonly index: string })
  | (EntryCommon & {
      readonly kind: 'accepted-index';
      readonly table: TableName;
      readonly index: string;
      /** The CREATE INDEX that made it. */
      readonly definition: string;
    })
  /** Images that were purged: what they were of cannot be undone. */
  | (EntryCommon & { readonly kind: 'purged'; readonly table: TableName; readonly rows: number })
  | (EntryCommon & { readonly kind: 'attached-constraint'; readonly table: TableName; readonly constraint: string })
  | (EntryCommon & { readonly kind: 'dropped'; readonly dropped: DroppedObject })
  /** A fence that stays when its run has ended. */
  | (EntryCommon & { readonly kind: 'kept-fence'; readonly table: TableName; readonly fence: string })
  | (EntryCommon & { readonly kind: 'ran-sql'; readonly checksum: string })
  /** A script whose statements run by themselves, and have not all run. */
  | (EntryCommon & {
      readonly kind: 'begun-sql';
      readonly done: number;
      readonly prefix: string;
      readonly current: BegunStatement | undefined;
    });

export function isRowEntry(entry: LedgerEntry): entry is RowEntry {
  return entry.kind === 'removed' || entry.kind === 'updated' || entry.kind === 'created';
}
