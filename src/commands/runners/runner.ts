import type { Transaction } from '../../model/pending-script.ts';
import type { PreflightMigration } from '../../model/preflight-report.ts';
import type { Row } from '../../model/statement.ts';

/** What is in a folder: files with their paths from it. */
type Listing = readonly string[];

/** Another runner of migrations: how its folder looks, and how it notes what it has run. */
export interface Runner {
  readonly name: string;
  /** Where its projects have their migrations by convention, from the project's folder. */
  readonly folders: readonly string[];
  /** Is this a folder of its migrations? */
  readonly recognises: (listing: Listing, read: (path: string) => Promise<string>) => Promise<boolean> | boolean;
  /** Is it one where the runner is named, or its folder is the runner's own? Left out where that tells no more. */
  readonly takes?: (listing: Listing) => boolean;
  /** The migrations, in the order in which they are run. */
  readonly list: (
    listing: Listing,
    read: (path: string) => Promise<string>,
  ) => Promise<readonly Listed[]> | readonly Listed[];
  /** Its history; undefined where it has none. */
  readonly history: { readonly name: string; readonly schema: string | undefined } | undefined;
  /** What the rows of its history say of each migration. */
  readonly judge: (listed: readonly Listed[], rows: readonly Row[]) => readonly PreflightMigration['state'][];
  /** The SQL that goes up, in its own lines. */
  readonly up: (text: string) => string;
  readonly transaction: (text: string) => Transaction;
}

/** A migration, by its path from the folder. */
export interface Listed {
  readonly name: string;
  readonly path: string;
  /** What its history calls it, where that is not the name. */
  readonly version: string;
}

export function asIs(text: string): string {
  return text;
}
