import type { Key } from '../model/dedupe.ts';
import { quoteLiteral, quoteName, quoteTable } from './quote.ts';
import { rowsOf } from './relation.ts';
import { supportIndex } from './scratch.ts';

/**
 * One part of the key as the support index has it: deparsed where search_path names nothing but pg_catalog, so that
 * every function, operator and collation is the index's own, whoever's session it runs in.
 */
export interface FencePart {
  readonly text: string;
  /** `operator(public.=)`: the equality of the part's operator class. */
  readonly equals: string;
  readonly collation: string | undefined;
}

/** The key in the index's own words, and what else a fence has to know of the table. */
export interface FenceKey {
  readonly parts: readonly FencePart[];
  readonly predicate: string | undefined;
  /** Every column the key and the predicate read. */
  readonly reads: readonly string[];
  readonly columns: readonly string[];
  /** Stored generated columns and what computes them: a BEFORE trigger does not see them yet. */
  readonly generated: readonly { readonly name: string; readonly expression: string }[];
  /** Columns of the table's other unique indexes. */
  readonly otherKeys: readonly (readonly string[])[];
  /** The whole CREATE INDEX of the support index. */
  readonly definition: string;
}

/** What becomes of a row that would be a copy: the statement fails with 23505, or an INSERT leaves the row out. */
export type FenceMode = 'reject' | 'skip';

export interface Fence {
  /** The fingerprint of the build it is for. */
  readonly id: string;
  /** The index that is being built: errors name it, as they will when it is there. */
  readonly index: string;
  readonly key: Pick<Key, 'table' | 'partitioned' | 'nulls'>;
  readonly form: FenceKey;
  /** Can the key be hashed? Otherwise its text is. */
  readonly hashable: boolean;
  readonly mode: FenceMode;
  /** It stays when the run that put it up has ended, until this time (ISO 8601); left out: as long as the run. */
  readonly until?: string | undefined;
}

/** Locks taken in one transaction before the fence goes without: the server's memory for locks is limited (53200). */
const MOST_LOCKS = 1_000;

/**
 * The body of the trigger function. Two sessions that write one key take turns by an advisory lock; under READ
 * COMMITTED the second one's look-up has a snapshot of its own and sees the first one's row. Under REPEATABLE READ it
 * may not: then the unique index that is being built finds the copy. What seems to be a copy is locked before it is
 * counted again, so that a row somebody is deleting is waited for, as a unique index would.
 */
export function fenceBody(fence: Fence): string {
  return `
#variable_conflict use_column
declare
  msgdb_now record;
  msgdb_was record;
  msgdb_copies bigint;
  msgdb_locks integer;
begin
${fence.until === undefined ? '' : `  if clock_timestamp() >= ${quoteLiteral(fence.until)}::timestamptz then return new; end if;\n`}\
  -- What msgdb itself re-points is its own to clean up.
  if current_setting('application_name') like 'msgdb: %' then return new; end if;
${fence.until === undefined ? judge(fence) : unlessChanged(fence)}
end`;
}

/** Rejects a copy, or leaves it out. */
function judge(fence: Fence): string {
  const { index, key, form } = fence;
  const values = namesOf(form).map((name) => `msgdb_now.${name}`);
  const unchanged = form.parts.map((part, place) => sameValue(part, `k${place + 1}`, key));
  return `\
  ${readKey('new', fence)} into msgdb_now from ${rowOf('new', form)};
  if not coalesce(msgdb_now.covered, false) then return new; end if;
  if tg_op = 'UPDATE' then
    ${readKey('old', fence)} into msgdb_was from ${rowOf('old', form)};
    if coalesce(msgdb_was.covered, false) and ${unchanged.join(' and ')} then return new; end if;
  end if;
  msgdb_locks := coalesce(nullif(current_setting('msgdb.fence_locks', true), ''), '0')::integer;
  if msgdb_locks < ${MOST_LOCKS} then
    perform set_config('msgdb.fence_locks', (msgdb_locks + 1)::text, true);
    perform pg_advisory_xact_lock(${hashOf(values, fence)});
  end if;
  if tg_when = 'BEFORE' then
    ${countCopies(fence, others(form))}
    if msgdb_copies > 0 then return null; end if;
    return new;
  end if;
  ${countCopies(fence, '')}
  if msgdb_copies < 2 then return new; end if;
  ${lockCopies(fence)}
  ${countCopies(fence, '')}
  if msgdb_copies < 2 then return new; end if;
  raise unique_violation using
    message = format('duplicate key value violates unique constraint "%s"', ${quoteLiteral(index)}),
    detail = format('Key (%s)=(%s) already exists.', ${quoteLiteral(form.parts.map(({ text }) => text).join(', '))},
                    concat_ws(', ', ${values.join(', ')})),
    hint = ${quoteLiteral(hintOf(fence))},
    schema = tg_table_schema, table = tg_table_name, constraint = ${quoteLiteral(index)};`;
}

function hintOf({ until }: Fence): string {
  return until === undefined
    ? 'The index is being built by msgdb; until it is there, a trigger rejects new copies.'
    : `Until ${until}, a trigger put up by msgdb rejects new copies for the index that is to come; \`msgdb fence drop\` takes it down.`;
}

/**
 * A fence that outlives its run meets tables that have been changed since. It judges by the names of columns only where
 * its index still says that they are the same columns, and a row that it cannot judge is let in: what is not found any
 * more (all of class 42, 3F000), or has another type than the cached plan (0A000), is not the writer's fault.
 */
function unlessChanged(fence: Fence): string {
  const { id, key, form } = fence;
  const support = quoteLiteral(quoteTable(supportIndex(key.table, id)));
  return `\
  begin
  if tg_op = 'UPDATE' then
    if record_image_eq(${rowOfReads('old', form)}, ${rowOfReads('new', form)}) then return new; end if;
  end if;
  if pg_get_indexdef(to_regclass(${support})) is distinct from ${quoteLiteral(form.definition)} then return new; end if;
${judge(fence)}
  exception when syntax_error_or_access_rule_violation or invalid_schema_name or feature_not_supported then
    return new;
  end;`;
}

/** All that the key reads of a row, to be compared by its bytes. */
export function rowOfReads(record: 'old' | 'new', { reads }: Pick<FenceKey, 'reads'>): string {
  return `row(${reads.map((column) => `${record}.${quoteName(column)}`).join(', ')})`;
}

function namesOf({ parts }: FenceKey): readonly string[] {
  return parts.map((_, place) => `k${place + 1}`);
}

/** Computes the key of NEW or OLD, by the names of the table's columns. */
function readKey(record: 'new' | 'old', { key, form }: Fence): string {
  const texts = form.parts.map(({ text }) => `(${text})`);
  const conditions = [
    form.predicate === undefined ? 'true' : `(${form.predicate})`,
    ...(key.nulls === 'distinct' ? [`num_nulls(${texts.join(', ')}) = 0`] : []),
  ];
  const values = [
    ...texts.map((text, place) => `${text} as k${place + 1}`),
    ...(record === 'new'
      ? form.otherKeys.map((columns, place) => `${rowOfColumns(columns)} as other${place + 1}`)
      : []),
  ];
  return `select ${values.join(', ')}, ${conditions.join(' and ')} as covered`;
}

function rowOf(record: 'new' | 'old', { generated, columns }: FenceKey): string {
  if (generated.length === 0) return `(select ${record}.*) t`;
  const expressions = new Map(generated.map(({ name, expression }) => [name, expression]));
  const list = columns.map((column) => {
    const expression = expressions.get(column);
    return expression === undefined ? `t.${quoteName(column)}` : `(${expression}) as ${quoteName(column)}`;
  });
  return `(select ${list.join(', ')} from (select ${record}.*) t) t`;
}

function rowOfColumns(columns: readonly string[]): string {
  return `row(${columns.map((column) => `t.${quoteName(column)}`).join(', ')})::record`;
}

/**
 * A row that has another unique key of NEW is no reason to leave NEW out: INSERT … ON CONFLICT on that key is going to
 * update it, and a plain INSERT fails by that key's own index.
 */
function others({ otherKeys }: FenceKey): string {
  const same = otherKeys.map(
    (columns, place) => `${rowOfColumns(columns)} operator(pg_catalog.*=) msgdb_now.other${place + 1}`,
  );
  return same.length === 0 ? '' : ` and not (${same.join(' or ')})`;
}

function sameValue(part: FencePart, name: string, { nulls }: Fence['key']): string {
  const equal = equality(part, `msgdb_now.${name}`, `msgdb_was.${name}`);
  if (nulls === 'distinct') return `(${equal})`;
  return `coalesce(${equal}, ${isNull(`msgdb_now.${name}`)} and ${isNull(`msgdb_was.${name}`)})`;
}

/** `row(null, null) is null` is true, and yet it is a value, to an index too. An index serves this as it does IS NULL. */
function isNull(term: string): string {
  return `${term} is not distinct from null`;
}

function equality({ equals, collation }: FencePart, left: string, right: string): string {
  return `${left} ${equals} ${right}${collation === undefined ? '' : ` collate ${collation}`}`;
}

function hashOf(values: readonly string[], { id, hashable }: Fence): string {
  const seed = `${BigInt(`0x${id}`)}::bigint`;
  if (hashable) return `hash_record_extended(row(${values.join(', ')}), ${seed})`;
  return `hashtextextended(concat_ws(',', ${values.map((value) => `${value}::text`).join(', ')}), ${seed})`;
}

/** Two are enough to know. */
function countCopies(fence: Fence, and: string): string {
  const rows = rowsOf(fence.key);
  if (fence.key.nulls === 'distinct') {
    return `select count(*) into msgdb_copies from (select from ${rows} t where ${matching(fence)}${and} limit 2) copies;`;
  }
  const [head, tail] = [`select count(*) from (select from ${rows} t where `, `${placed(and, fence)} limit 2) copies`];
  return `execute ${quoteLiteral(head)} || ${matchingNulls(fence)} || ${quoteLiteral(tail)} into msgdb_copies using ${used(fence)};`;
}

function lockCopies(fence: Fence): string {
  const rows = rowsOf(fence.key);
  if (fence.key.nulls === 'distinct') return `perform from ${rows} t where ${matching(fence)} for key share;`;
  const head = quoteLiteral(`select from ${rows} t where `);
  return `execute ${head} || ${matchingNulls(fence)} || ' for key share' using ${used(fence)};`;
}

function matching({ form }: Fence): string {
  return [
    ...form.parts.map((part, place) => equality(part, `(${part.text})`, `msgdb_now.k${place + 1}`)),
    ...(form.predicate === undefined ? [] : [`(${form.predicate})`]),
  ].join(' and ');
}

/** Where NULLs are equal, each look-up is planned for its own NULLs: no index serves IS NOT DISTINCT FROM. */
function matchingNulls({ form }: Fence): string {
  const terms = form.parts.map((part, place) => {
    const equal = quoteLiteral(equality(part, `(${part.text})`, `$${place + 1}`));
    const nothing = quoteLiteral(isNull(`(${part.text})`));
    return `case when ${isNull(`msgdb_now.k${place + 1}`)} then ${nothing} else ${equal} end`;
  });
  const predicate = form.predicate === undefined ? [] : [quoteLiteral(`(${form.predicate})`)];
  return `concat_ws(' and ', ${[...terms, ...predicate].join(', ')})`;
}

function used({ form }: Fence): string {
  return [...namesOf(form), ...form.otherKeys.map((_, place) => `other${place + 1}`)]
    .map((name) => `msgdb_now.${name}`)
    .join(', ');
}

function placed(and: string, { form }: Fence): string {
  return and.replaceAll(/msgdb_now\.other(\d+)/g, (_, place: string) => `$${form.parts.length + Number(place)}`);
}
