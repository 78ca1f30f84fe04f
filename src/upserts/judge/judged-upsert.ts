import type { TableName } from '../../model/facts.ts';
import type { UpsertCode } from '../../model/finding.ts';
import { quoteName } from '../../sql/quote.ts';
import { showName } from '../../sql/show-name.ts';
import type { TargetElement, Upsert } from '../upsert.ts';

/** `unresolved`: what it means is only known while the program runs, or the database does not have the table. */
export type UpsertStatus = 'ok' | 'error' | 'warning' | 'unresolved';

/** What is to be said of an upsert. An `error` fails when it runs, or stores what it must not. */
export interface Remark {
  readonly level: 'error' | 'warning';
  readonly code: UpsertCode;
  readonly message: string;
  /** The exact change that mends it. */
  readonly fix: string;
  /** A rule that would make the upsert work, where one is missing. */
  readonly rule?: MissingRule | undefined;
}

export interface MissingRule {
  readonly table: TableName;
  readonly key: readonly string[];
}

export interface JudgedUpsert {
  readonly upsert: Upsert;
  readonly status: UpsertStatus;
  /** The table in the database; undefined where it is not known. */
  readonly table: TableName | undefined;
  /** The target as it would be written: `(user_id, waba_id)`; undefined without one. */
  readonly target: string | undefined;
  /** The index the target resolves to. */
  readonly arbiter: string | undefined;
  readonly remarks: readonly Remark[];
  /** Why it is unresolved. */
  readonly reason: string | undefined;
  /** What would have it resolved, where that is not to write out the table and the target. */
  readonly remedy?: string | undefined;
}

/** An upsert of which nothing can be said, and why. */
export function unresolved(upsert: Upsert, reason: string, remedy?: string): JudgedUpsert {
  return {
    upsert,
    status: 'unresolved',
    table: undefined,
    target: targetText(upsert),
    arbiter: undefined,
    remarks: [],
    reason,
    remedy,
  };
}

/** Its target was judged, and the rest of the statement could not be: what is wrong with the target stays an error. */
export function withUnread(judged: JudgedUpsert, reason: string | undefined): JudgedUpsert {
  if (reason === undefined || judged.status === 'error' || judged.status === 'unresolved') return judged;
  return {
    ...judged,
    status: 'unresolved',
    reason,
    remedy: 'Shorten or correct the statement, so that all of it is read',
  };
}

export function targetText(upsert: Upsert): string | undefined {
  if (upsert.kind !== 'on-conflict') return upsert.key.length > 0 ? `(${upsert.key.join(', ')})` : undefined;
  const { target } = upsert;
  switch (target.kind) {
    case 'key':
      return `(${target.elements.map(showElement).join(', ')})${showWhere(target.whereWritten ?? target.where)}`;
    case 'constraint':
      return `ON CONSTRAINT ${target.name}`;
    case 'index':
      return `(${target.names.join(', ')})`;
    default:
      return undefined;
  }
}

/** As a person would write it: quoted only where it must be. */
function showElement({ sql, column }: TargetElement): string {
  return column !== undefined && sql === quoteName(column) ? showName(column) : sql;
}

function showWhere(where: string | undefined): string {
  return where === undefined ? '' : ` WHERE ${where}`;
}
