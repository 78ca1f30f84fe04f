import type { Key, PlannedDedupe } from '../model/dedupe.ts';
import type { IndexPartFacts } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { createIndex } from './index-ddl.ts';
import { copyLong } from './key-widths.ts';
import { OWN } from './own-schema.ts';
import { quoteTable } from './quote.ts';

const TRIAL = { schema: OWN, name: 'work_trial' };
const TRIAL_KEY = 'work_trial_key';

/** Makes an empty table of the same columns. */
export function makeTrial({ table }: Key): readonly Statement[] {
  const trial = quoteTable(TRIAL);
  return [
    statement(`drop table if exists ${trial}`),
    statement(`create table ${trial} (like ${quoteTable(table)} including storage including compression)`),
  ];
}

/** Builds the key's index on it. */
export function indexTrial(key: Key): Statement {
  return createIndex({ ...key, table: TRIAL, name: TRIAL_KEY, unique: true, method: 'btree' });
}

/** Fills it with the rows whose keys may be too long: only PostgreSQL knows how well it compresses them. */
export function fillTrial(key: Key, parts: readonly IndexPartFacts[]): readonly Statement[] {
  return [statement(`drop index ${quoteTable({ schema: OWN, name: TRIAL_KEY })}`), copyLong(key, parts, TRIAL)];
}

/** Builds an index of the key on those, whether they are copies or not. */
export function indexFilledTrial(key: Key): Statement {
  return createIndex({
    ...key,
    nulls: 'distinct',
    table: TRIAL,
    name: TRIAL_KEY,
    unique: false,
    method: 'btree',
    partitioned: false,
  });
}

export function dropTrial(): Statement {
  return statement(`drop table ${quoteTable(TRIAL)}`);
}

/**
 * All of it, for a script that cannot look at the result: it fails before a row is removed for an index that cannot be
 * built.
 */
export function tryKeyInScript({ key, untried }: Pick<PlannedDedupe, 'key' | 'untried'>): readonly Statement[] {
  return [
    ...makeTrial(key),
    indexTrial(key),
    ...(untried ? [...fillTrial(key, untried), indexFilledTrial(key)] : []),
    dropTrial(),
  ];
}
