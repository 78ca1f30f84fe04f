import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';

/** Tables that refer to each other, a rule, and what has to be left. */
export interface ReferenceCase {
  readonly name: string;
  /** Makes `parent (id, k, …)` and what refers to it, with rows. */
  readonly schema: string;
  readonly rule?: Partial<UniqueKeyOptions>;
  /** Queries, and what they give afterwards. */
  readonly after: Readonly<Record<string, readonly (string | null)[]>>;
}

export const PARENT = `
  create table parent (id int primary key, k text, v text);
  insert into parent values (1, 'a', null), (2, 'a', 'x'), (3, 'a', 'y'), (4, 'b', 'z'), (5, 'c', null), (6, 'c', null);`;
export const PARENTS_LEFT = { 'select id from parent order by 1': ['1', '4', '5'] };
export const CHILDREN = 'select child::text from child order by 1';
