import type { TableName } from '../../model/facts.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf } from '../relation.ts';

/** A table whose rows are looked at. */
export interface Looked {
  readonly table: TableName;
  readonly partitioned: boolean;
}

/** Rows in a condition, and some of them by the columns that identify them. */
export interface Violation extends Looked {
  readonly condition: string;
  /** The place where there are none. */
  readonly identity: readonly string[];
}

/** A foreign key that is to be added, on the rows in a condition. */
export interface Dangling extends Looked {
  /** A column of the table and what it holds, for each of the parent's. */
  readonly values: readonly { readonly name: string; readonly sql: string }[];
  readonly parent: Looked;
  readonly referenced: readonly string[];
  readonly where: string | undefined;
  /** MATCH FULL: a value that is NULL beside one that is not is wrong as well. */
  readonly full: boolean;
  readonly identity: readonly string[];
}

/** Counts the rows in a condition. */
export function countViolations({ condition, ...rows }: Violation): Statement {
  return statement(`select count(*) as rows from ${rowsOf(rows)} where ${condition}`);
}

/** Some of the rows in a condition. */
export function sampleViolations({ condition, identity, ...rows }: Violation, limit: number): Statement {
  return statement(`select ${shown(identity)} from ${rowsOf(rows)} where ${condition} limit $1::text::int`, [
    String(limit),
  ]);
}

/** Counts the rows that refer to no row. */
export function countDangling(key: Dangling): Statement {
  return statement(`select count(*) as rows from ${dangling(key)}`);
}

/** Some of the rows that refer to no row, with what they refer to. */
export function sampleDangling(key: Dangling, limit: number): Statement {
  const names = key.values.map(({ name }) => name);
  const values = names.map((name, place) => `c.value_${place}::text as ${quoteName(name)}`);
  const others = key.identity.flatMap((name, place) =>
    names.includes(name) ? [] : [`c.identity_${place}::text as ${quoteName(name)}`],
  );
  return statement(`select ${[...others, ...values].join(', ')} from ${dangling(key)} limit $1::text::int`, [
    String(limit),
  ]);
}

/** Values are named before the parent's columns come, so that no name of the child means one of the parent. */
function dangling({ values, parent, referenced, where, full, identity, ...rows }: Dangling): string {
  const columns = [
    ...values.map(({ sql }, place) => `(${sql}) as value_${place}`),
    ...identity.map((name, place) => `${quoteName(name)} as identity_${place}`),
  ];
  const names = values.map((_, place) => `c.value_${place}`).join(', ');
  const matches = referenced.map((name, place) => `p.${quoteName(name)} = c.value_${place}`).join(' and ');
  const mixed = `pg_catalog.num_nulls(${names}) not in (0, ${values.length})`;
  const lacking = `pg_catalog.num_nulls(${names}) = 0 and not exists (select from ${rowsOf(parent)} p where ${matches})`;
  return `(select ${columns.join(', ')} from ${rowsOf(rows)} where ${where ?? 'true'}) c
       where ${full ? `${mixed} or (${lacking})` : lacking}`;
}

function shown(identity: readonly string[]): string {
  return identity.length === 0 ? 'ctid::text as ctid' : identity.map((name) => `${quoteName(name)}::text`).join(', ');
}
