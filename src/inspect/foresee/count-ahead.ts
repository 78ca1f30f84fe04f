import { CODES } from '../../model/codes.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Census, OperationFacts, TableName } from '../../model/facts.ts';
import type { KeyPart } from '../../model/operations/common.ts';
import { NOTHING_FOUND, type Survey } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { partLabel } from '../../resolve/resolve-key.ts';
import { type ResolvedOperation, unresolved } from '../../resolve/resolve-operation.ts';
import { type ResolvedRule, resolveRule } from '../../resolve/resolve-rule.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { gatherFacts } from '../facts/gather-facts.ts';
import { ruleOf } from '../pending/look-at-unique.ts';
import { surveyOperation } from '../survey/survey-operation.ts';
import { surveyKey } from '../survey/survey-rule.ts';
import type { FollowedRows } from './follow-to.ts';

/** An operation as it will be, and what its rows are now. */
export interface Ahead<Operation = ResolvedOperation> {
  readonly resolved: Operation;
  readonly facts: OperationFacts;
  readonly followed: FollowedRows;
}

/** What was counted, and what is not known of it. */
export interface Counted {
  readonly survey: Survey;
  readonly notes: readonly string[];
}

const NOTHING: Counted = { survey: NOTHING_FOUND, notes: [] };

/** Counts what an operation will find, as far as the rows that are there now can tell. */
export async function countAhead(workplace: Workplace, { resolved, facts, followed }: Ahead): Promise<Counted> {
  if (unresolved(resolved).length > 0) return NOTHING;
  switch (resolved.kind) {
    case 'drop-unique-key':
      return NOTHING;
    case 'index':
      return (await countAll(workplace, resolved, facts)) ?? NOTHING;
    case 'relink': {
      const counted = isAsItIs(followed) ? await countAll(workplace, resolved, facts) : undefined;
      return counted ?? { ...NOTHING, notes: [notKnown('How many rows it fills', reasonOf(followed))] };
    }
    case 'unique-key':
      return await countRule(workplace, { resolved, facts, followed });
  }
}

async function countRule(workplace: Workplace, { resolved, facts, followed }: Ahead<ResolvedRule>): Promise<Counted> {
  const { ask, basis } = followed;
  if (basis.kind === 'holds') return NOTHING;
  if (!ask || basis.kind === 'unresolved') {
    return { ...NOTHING, notes: [notKnown('How many rows are copies', reasonOf(followed))] };
  }
  if (ask.key.length === 0) {
    return { ...NOTHING, notes: [notKnown('How many rows are copies', 'every row gets the same key before')] };
  }
  const bound =
    basis.kind === 'fewer'
      ? [`At most: ${basis.reason}.`]
      : basis.kind === 'more'
        ? [`At least: ${basis.reason}.`]
        : [];
  if (isOwn(resolved, followed, basis.table)) {
    const counted = await countAll(workplace, resolved, facts);
    if (counted) return { ...counted, notes: [...counted.notes, ...bound] };
  }
  const survey = await readOnly(workplace, async (db) => countNow(db, workplace, basis.table, ask));
  const by = [...ask.key.map(labelOf), ...(ask.where === undefined ? [] : [`where ${ask.where}`])].join(', ');
  const copies = survey.census.excessRows > 0;
  return {
    survey,
    notes: [
      `Counted in the rows as they are now, by ${by}, of which the SQL before makes the key.`,
      ...(copies ? ['What refers to rows that go, or would refuse a change, is looked at when that SQL has run.'] : []),
      ...bound,
    ],
  };
}

/** Undefined where something it names is not there yet. */
async function countAll(
  workplace: Workplace,
  resolved: ResolvedOperation,
  facts: OperationFacts,
): Promise<Counted | undefined> {
  try {
    const survey = await readOnly(workplace, async (db) => surveyOperation(db, resolved, facts, { depth: 'full' }));
    return { survey, notes: [] };
  } catch (error) {
    if (isAboutNames(error)) return undefined;
    throw error;
  }
}

/** The same rows by what makes up their key now. */
async function countNow(
  db: Queryable,
  { server, settings }: Workplace,
  table: TableName,
  ask: NonNullable<FollowedRows['ask']>,
): Promise<Survey> {
  const rule = ruleOf(ask, table);
  const facts = await gatherFacts(db, server, rule, settings.schema);
  const { census, longKeys } = await surveyKey(db, resolveRule(rule, facts), facts);
  return { ...NOTHING_FOUND, census: countsOf(census), longKeys };
}

/** Where the rows are is for whoever removes them: they are not these rows yet. */
function countsOf({ covered, groups, excessRows, largestGroup }: Census): Census {
  return { covered, groups, excessRows, largestGroup };
}

function isOwn({ key, build }: ResolvedRule, { ask }: FollowedRows, table: TableName): boolean {
  const parts = key.columns.map((part): KeyPart => ('column' in part ? part.column : { expression: part.expression }));
  return (
    build.table.schema === table.schema &&
    build.table.name === table.name &&
    JSON.stringify(parts.map(plainly)) === JSON.stringify(ask?.key.map(plainly)) &&
    bare(build.predicate) === bare(ask?.where)
  );
}

function isAsItIs({ basis }: FollowedRows): boolean {
  return basis.kind === 'rows';
}

function plainly(part: KeyPart): KeyPart {
  return typeof part === 'string' ? part : { expression: bare(part.expression) ?? '' };
}

/** Without the parentheses around all of it. */
function bare(sql: string | undefined): string | undefined {
  return sql?.replaceAll(/[\s()]+/g, ' ').trim();
}

function labelOf(part: KeyPart): string {
  return partLabel(typeof part === 'string' ? { column: part } : part);
}

function reasonOf({ basis }: FollowedRows): string {
  return basis.kind === 'rows' ? 'a table that it needs is made before' : basis.reason;
}

function notKnown(what: string, reason: string): string {
  return `${what} cannot be known before: ${reason}.`;
}

/** SQLSTATEs of a schema, table, column, function or type that is not there. */
const MISSING: ReadonlySet<string> = new Set(['3F000', '42P01', '42703', '42883', '42704', '42804', '42846']);

function isAboutNames(error: unknown): boolean {
  if (!(error instanceof MsgdbError)) return false;
  return MISSING.has(sqlstateOf(error) ?? '') || CODES[error.code].exit === 2;
}
