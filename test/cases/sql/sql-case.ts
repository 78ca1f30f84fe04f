import type { Statement } from '../../../src/model/statement.ts';
import type { BatchStatement } from '../../../src/sql/dedupe/statements.ts';
import { placeOwn } from '../../../src/sql/own-schema.ts';

/** A statement, as a maker gives it: by itself, or with what it means to a batch. */
export type Sent = Statement | BatchStatement;

/** A query, and the rows that it has then, as texts. */
export type Found = readonly [query: string, rows: readonly (readonly (string | null)[])[]];

/**
 * What a maker of `src/sql` gives for some values. A unit test asserts the text, a database test sends it: in a
 * transaction that is undone, on the tables of `fixture.ts`.
 */
export interface SqlCase {
  /** The maker, by its file and name: `index-ddl/createIndex`. */
  readonly of: string;
  /** What is special about the values. */
  readonly what?: string;
  readonly sends: Sent | readonly Sent[];
  /** What is sent before: other statements, or SQL of the case's own. */
  readonly after?: readonly (Sent | string)[];
  /** The rows of the last statement. */
  readonly gives?: readonly unknown[];
  /** What is so then. */
  readonly leaves?: Found;
  /** It is a script's: values are written into its text. */
  readonly written?: true;
  /** It cannot be in a transaction: the tables are made again behind it. */
  readonly alone?: true;
}

export function statementOf(sent: Sent): Statement {
  return placeOwn('role' in sent ? sent.statement : sent, 'msgdb');
}

/** The cases of one file of `src/sql`: makers are named without it. */
export function casesOf(file: string, cases: readonly SqlCase[]): readonly SqlCase[] {
  return cases.map((each) => ({ ...each, of: `${file}/${each.of}` }));
}

/** What a case is about, within its file. */
export function nameOf({ of, what }: SqlCase): string {
  const maker = of.slice(of.lastIndexOf('/') + 1);
  return what === undefined ? maker : `${maker}: ${what}`;
}

/** The cases of each file of `src/sql`. */
export function byFile(cases: readonly SqlCase[]): readonly (readonly [file: string, cases: readonly SqlCase[]])[] {
  const fileOf = ({ of }: SqlCase): string => of.slice(0, of.lastIndexOf('/'));
  const files = [...new Set(cases.map(fileOf))].toSorted();
  return files.map((file) => [file, cases.filter((each) => fileOf(each) === file)]);
}
