import { showName } from '../../sql/show-name.ts';
import { findConflicts } from '../sql/find-conflicts.ts';
import { parseTarget } from '../sql/parse-target.ts';
import { scanSql } from '../sql/scan-sql.ts';
import type { Imports } from '../syntax/imports.ts';
import { SPREAD } from '../syntax/read-record.ts';
import type { Reader } from '../syntax/reader.ts';
import { type CallValue, namesIn, type Value } from '../syntax/value.ts';
import type { Assignment, ConflictUpsert, RacyUpsert, TableRef, Target } from '../upsert.ts';
import type { Predicate } from './predicate.ts';

/** What a library's call says, before it has its place in the source. */
export type ApiUpsert =
  | (Pick<ConflictUpsert, 'kind' | 'via' | 'table' | 'action' | 'inserted'> & {
      readonly target: ApiTarget;
      /** A WHERE after DO UPDATE SET. */
      readonly updateWhere?: string | undefined;
    })
  | (Pick<RacyUpsert, 'via' | 'table' | 'key' | 'filtered'> & { readonly kind: 'check-then-insert' });

/** Reads one library's form; undefined where the call is of another one. */
export type ApiReader = (call: CallValue, about: ApiFile) => ApiUpsert | undefined;

/** The file that a call is in, for what the call itself does not say: the type of a variable. */
export interface ApiFile {
  readonly text: string;
  readonly reader: Reader;
  readonly imports: Imports;
}

export const NAMED_AT_RUN_TIME: TableRef = { kind: 'dynamic', reason: 'the table is named while the program runs' };
export const TARGET_AT_RUN_TIME: Target & { readonly kind: 'dynamic' } = {
  kind: 'dynamic',
  reason: 'the target is made while the program runs',
};

/** A target before PostgreSQL's parser has read it: it may contain any text of the source. */
export type ApiTarget =
  | Exclude<Target, { readonly kind: 'key' }>
  | { readonly kind: 'columns'; readonly columns: readonly string[]; readonly where: Predicate | undefined }
  /** What the library writes between ON CONFLICT and DO. */
  | { readonly kind: 'written'; readonly sql: string };

/** A target of columns; undefined stands for those that are chosen while the program runs. */
export function targetOn(columns: readonly string[] | undefined): ApiTarget {
  return columns ? { kind: 'columns', columns, where: undefined } : TARGET_AT_RUN_TIME;
}

/** A target of columns with a predicate; undefined stands for what is not known before the program runs. */
export function partialTarget(columns: readonly string[] | undefined, where: Predicate | undefined): ApiTarget {
  return columns && where ? { kind: 'columns', columns, where } : TARGET_AT_RUN_TIME;
}

/** The target as PostgreSQL reads it. */
export async function readTarget(target: ApiTarget): Promise<Target> {
  switch (target.kind) {
    case 'columns': {
      const { columns, where } = target;
      const read = await parseTarget({ kind: 'key', elements: columns.map(showName).join(', '), where: where?.sql });
      return read.kind === 'key' && where ? { ...read, attributes: where.attributes } : read;
    }
    case 'written': {
      const sql = `insert into t values (1) on conflict ${target.sql}\ndo nothing`;
      const [clause] = findConflicts(sql, scanSql(sql));
      return clause ? await parseTarget(clause.target) : TARGET_AT_RUN_TIME;
    }
    default:
      return target;
  }
}

/** A table by its own name, with a schema before the dot. */
export function namedTable(name: string | undefined): TableRef {
  if (name === undefined) return NAMED_AT_RUN_TIME;
  const [table = '', schema, ...more] = name.split('.').toReversed();
  if (table === '' || more.length > 0) return NAMED_AT_RUN_TIME;
  return { kind: 'named', schema, names: [table] };
}

/** The calls of a chain `a.from('t').upsert(…)`, the last one first. */
export function chainOf(value: Value | undefined): readonly CallValue[] {
  const calls: CallValue[] = [];
  for (let each = value; each; each = each.kind === 'call' ? each.receiver : each.object) {
    if (each.kind === 'call') calls.push(each);
    else if (each.kind !== 'member') break;
  }
  return calls;
}

/** The columns of a row that is written out, or of the first of several. */
export function columnsOf(value: Value | undefined): readonly string[] | undefined {
  const row = value?.kind === 'list' ? value.items[0] : value;
  if (row?.kind !== 'record') return undefined;
  const keys = row.entries.map(({ key }) => key);
  return keys.length === 0 || keys.includes(SPREAD) ? undefined : keys;
}

/** Columns that are written as strings; a variable may hold any. */
export function textsIn(value: Value | undefined): readonly string[] | undefined {
  return namesOfKind(value, ['text']);
}

/** Columns as attributes of a class or a table, or as strings: `User.email`, `'email'`. */
export function attributesIn(value: Value | undefined): readonly string[] | undefined {
  return namesOfKind(value, ['text', 'member']);
}

function namesOfKind(value: Value | undefined, kinds: readonly Value['kind'][]): readonly string[] | undefined {
  const items = value?.kind === 'list' ? value.items : [value];
  return items.every((item) => item && kinds.includes(item.kind)) ? namesIn(value) : undefined;
}

/** All columns of the new row are written over the old one, as most libraries do. */
export function proposed(columns: readonly string[] | undefined): readonly Assignment[] | undefined {
  return columns?.map((column) => ({ column, value: 'proposed' }));
}

/** Is an option switched on? `unknown` where the program says so while it runs. */
export function switchOf(value: Value | undefined): 'on' | 'off' | 'unknown' {
  if (!value) return 'off';
  if (value.kind !== 'literal') return 'unknown';
  return /^(?:false|null|nil|none|undefined|0)$/i.test(value.text) ? 'off' : 'on';
}

/** What a switch that means DO NOTHING makes of an update; what is set is not known where the switch is not. */
export function unlessIgnored(
  ignores: 'on' | 'off' | 'unknown',
  assigned: readonly Assignment[] | undefined,
): ConflictUpsert['action'] {
  if (ignores === 'on') return { kind: 'nothing' };
  return { kind: 'update', assigned: ignores === 'off' ? assigned : undefined };
}
