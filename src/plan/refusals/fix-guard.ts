import type { TableName } from '../../model/facts.ts';
import type { GuardSurvey } from '../../model/group-survey.ts';
import { quoted } from '../../model/name.ts';
import { quotedTable, tableLabel } from '../../model/table-label.ts';

/** What a person can change so that a constraint no longer refuses rows as they will be. */
export function fixGuard(guard: GuardSurvey): string {
  return fixValue(guard) ?? fixFailure(guard) ?? fixTrigger(guard) ?? fixKind(guard) ?? fixSubject(guard);
}

/** The table whose constraint it is. */
export function asking({ table, constraint }: GuardSurvey): TableName {
  return constraint.partition ?? table;
}

/** A value that does not exist, or has no room in its column. */
function fixValue({ subject, table, constraint, failure }: GuardSurvey): string | undefined {
  const { kind, name } = constraint;
  if (kind !== 'value' && kind !== 'type') return undefined;
  const wider = kind === 'type' || failure?.includes('SQLSTATE 22003') ? widening(table, constraint) : '';
  if (subject === 'merged') {
    return `Write another way to merge ${name} ('max', 'first-non-null'), or leave it out of merge to keep the survivor's value${wider}.`;
  }
  if (subject === 'created') {
    return `Write another value for ${name} in createMissing, or create these rows before${wider}.`;
  }
  return subject === 'marked' ? `Write another value for ${name} in losers: { set: … }${wider}.` : undefined;
}

/** A constraint that fails instead of giving an answer. */
function fixFailure({ table, constraint, failure }: GuardSurvey): string | undefined {
  if (failure === undefined || constraint.trigger) return undefined;
  const name = tableLabel(table);
  const what = constraint.kind === 'not null' ? name : constraint.name;
  return `Change ${what} so that it has an answer for every row of ${name} (a CASE, nullif), or change the rows that make it fail.`;
}

function fixTrigger(guard: GuardSurvey): string | undefined {
  const { subject, label, constraint } = guard;
  if (!constraint.trigger) return undefined;
  const of = `alter table ${quotedTable(asking(guard))}`;
  const name = quoted(constraint.trigger.name);
  const always = constraint.trigger.always ? 'always ' : '';
  const marks = subject === 'removed' && label === undefined;
  const end = marks ? '. Or mark losers instead of removing them: losers: { set: … }.' : ';';
  return `Disable the trigger while msgdb works: ${of} disable trigger ${name}; afterwards: ${of} enable ${always}trigger ${name}${end}`;
}

function fixKind(guard: GuardSurvey): string | undefined {
  const { subject, table, constraint } = guard;
  const name = tableLabel(table);
  switch (constraint.kind) {
    case 'width': {
      const gone =
        subject === 'removed' ? "; or, where rows need not come back, use losers: 'delete' without merges" : '';
      return `Make these rows shorter: set columns of ${name} that are not needed to NULL, or move some to another table${gone}.`;
    }
    case 'damaged':
      return fixDamaged(guard);
    case 'order':
      return `Change or remove one of these rows first; or drop ${constraint.name} while msgdb works.`;
    case 'leaving':
      return `Drop ${constraint.name} while msgdb works; or let it refer to ${name} as a whole.`;
    case 'gone':
      return `Leave ${constraint.name} out of merge; or use a strategy that takes a value from the column, such as 'first-non-null': references to removed rows are re-pointed before it is applied.`;
    default:
      return undefined;
  }
}

/** Rows that a unique index has twice: what removes one of them, and rebuilds the index. */
function fixDamaged(guard: GuardSurvey): string {
  const { table, constraint } = guard;
  const { name, names } = constraint;
  if (names === undefined) {
    const index = quotedTable({ schema: asking(guard).schema, name });
    return `Change or remove all but one of the rows that have these values, then rebuild the index: reindex index concurrently ${index};`;
  }
  const label = tableLabel(table);
  return `Run \`msgdb dedupe --table ${label} --key ${names.join(',')} --dry-run\` first: it removes rows that have the same ${names.join(', ')} and rebuilds the index. Or, to keep all of these rows, give them ${names.join(', ')} of their own, then rebuild the index.`;
}

function fixSubject(guard: GuardSurvey): string {
  switch (guard.subject) {
    case 're-pointed':
      return fixChildren(guard);
    case 'merged':
      return 'Choose another merge strategy for the column, or keep the value of the survivor: leave it out of merge.';
    case 'marked':
      return 'Choose other values for losers: { set: … }, that are allowed and that the rule does not cover.';
    case 'created':
      return fixCreated(guard);
    case 'removed':
    case 'named':
      return `Change or remove the rows of ${tableLabel(guard.table)} first.`;
  }
}

function fixCreated({ table, constraint }: GuardSurvey): string {
  const name = tableLabel(table);
  const without = `or create these rows of ${name} before`;
  if (constraint.kind === 'not null') return `Give it a value: createMissing: { ${constraint.name}: … }; ${without}.`;
  if (constraint.kind === 'unique')
    return `Write another value in createMissing (an expression such as min(…) gives each row its own); ${without}.`;
  return `Write values in createMissing that ${name} allows; ${without}.`;
}

/** Children can be removed where the archive is sure to take them back. */
function fixChildren({ moved, arrays, table, constraint, kept }: GuardSurvey): string {
  const name = tableLabel(table);
  const circle = `Change or remove these rows: ${name} is reached in a circle,`;
  if (constraint.kind === 'circle') return `${circle} so they cannot be merged on the way.`;
  switch (kept) {
    case 'circular':
      return `${circle} so they may be survivors.`;
    case 'cascade':
      return 'Change or remove these rows: ON UPDATE CASCADE changes them, and msgdb does not remove such rows.';
    case 'not valid':
      return 'Change or remove these rows: a table with a CHECK that is NOT VALID might not take them back, so msgdb does not remove them. Or validate the constraint first.';
    default: {
      const each = moved.map(
        (columns) =>
          `{ table: '${name}', ${columnsOf(columns)},${columns.some((name) => arrays.includes(name)) ? " kind: 'array'," : ''} onCollision: 'remove' }`,
      );
      return `Change or remove these rows; or let them be archived and removed: references: [${each.join(', ')}].`;
    }
  }
}

/** The type with room for every value of the column's family; '' where it has room already. */
function widening(table: TableName, { name, type = '' }: GuardSurvey['constraint']): string {
  const wider = WIDER.find(([narrow]) => narrow.test(type))?.[1];
  if (wider === undefined) return '';
  return `; or widen the column: alter table ${quotedTable(table)} alter column ${quoted(name)} type ${wider}`;
}

const WIDER: readonly (readonly [narrow: RegExp, wider: string])[] = [
  [/^(?:smallint|integer)$/, 'bigint'],
  [/^(?:bigint|numeric\(.*\))$/, 'numeric'],
  [/^real$/, 'double precision'],
  [/^character/, 'text'],
  [/^bit/, 'bit varying'],
];

function columnsOf(columns: readonly string[]): string {
  return columns.length === 1 ? `column: '${columns[0]}'` : `columns: ['${columns.join("', '")}']`;
}
