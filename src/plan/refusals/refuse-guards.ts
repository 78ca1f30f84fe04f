import { countOf } from '../../model/count-of.ts';
import type { GuardSurvey } from '../../model/group-survey.ts';
import type { Survey } from '../../model/plan.ts';
import type { Refusals } from '../../model/refusals.ts';
import { tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';
import type { TriggerGuard } from '../../model/triggers.ts';
import { asking, fixGuard } from './fix-guard.ts';

/** Rows that a constraint would refuse as they will be: seen before the first row is changed. */
export function refuseGuards(
  { guards, ties = [] }: Pick<Survey, 'guards'> & Partial<Pick<Survey, 'ties'>>,
  refusals: Refusals,
): void {
  const met = guards.filter((guard, place) => guard.kept !== 'cascade' || !isSaid(guard, guards.slice(0, place), ties));
  for (const guard of met) refusals.add('MSGDB_REFUSED', describe(guard), fixGuard(guard));
}

/** Rows that are in each other's way in the end are so on the way too: what goes along is asked at every step. */
function isSaid(
  { constraint: { kind, name }, table, label }: GuardSurvey,
  before: Survey['guards'],
  ties: Survey['ties'],
): boolean {
  const same = before.filter((other) => other.constraint.name === name && isSameTable(other.table, table));
  if (kind !== 'order') return same.some((other) => other.label === label);
  const copied = ties.some(
    (tie) => tie.kind === 'copied' && tie.key.name === name && isSameTable(tie.key.table, table),
  );
  return same.length > 0 || copied;
}

function describe(guard: GuardSurvey): string {
  const { subject, label, table, rows, failure } = guard;
  const name = tableLabel(table);
  const asked = constraintLabel(guard);
  if (failure !== undefined && guard.constraint.kind === 'value') {
    return `${giving(subject)} ${name}.${guard.constraint.name} fails for the values that the rows have: ${failure}`;
  }
  if (failure !== undefined) return `${sentence(asked)} cannot be checked for the rows that would change: ${failure}`;
  const { trigger } = guard.constraint;
  if (trigger) return describeTrigger(guard, trigger);
  const some = `${countOf(rows, 'row')} of ${name}${sampleOf(guard)}`;
  if (guard.constraint.kind === 'width') {
    return `${some}, ${rows === 1 ? 'is' : 'are'} too long for the archive: with what it notes of ${rows === 1 ? 'it, the row' : 'each, a row'} would not fit into a page of PostgreSQL (8 kB).`;
  }
  if (guard.constraint.kind === 'damaged')
    return `${doing(guard)} would change ${some}, ${rows === 1 ? 'which has the values of another row' : 'which have the values of other rows'} in the unique index ${guard.constraint.name} of ${tableLabel(asking(guard))}: the index is damaged, and would refuse ${rows === 1 ? 'it' : 'them'}.`;
  if (guard.constraint.kind === 'partition')
    return `${doing(guard)} would leave ${some}, without a partition of ${name} for ${rows === 1 ? 'its' : 'their'} new values.`;
  if (guard.constraint.kind === 'leaving')
    return `${doing(guard)} would take ${some}, out of the partition ${tableLabel(guard.constraint.partition ?? table)}, to which the foreign key ${guard.constraint.name} refers.`;
  if (guard.constraint.kind === 'order')
    return `${doing(guard)} would give ${some}, values that other rows have under ${guard.constraint.name} of ${tableLabel(asking(guard))} until these are re-pointed too: PostgreSQL checks each row as it is changed, and these are in each other's way.`;
  if (guard.constraint.kind === 'referred')
    return `Merging would give another key to ${some}, to which ${guard.constraint.name} refers.`;
  if (guard.constraint.kind === 'emptied')
    return `Merging would give NULL to ${some}, in a column that ${guard.constraint.name} refers to: ON UPDATE CASCADE would set that to NULL too, and a rollback could not tell which rows it was.`;
  if (guard.constraint.kind === 'gone')
    return `Merging ${guard.constraint.name} would make ${some}, refer to ${rows === 1 ? 'a row that is removed or gets another key' : 'rows that are removed or get other keys'}.`;
  switch (subject) {
    case 're-pointed':
      return `Re-pointing ${label} would break ${asked} in ${some}.`;
    case 'merged':
      return `Merging would break ${asked} in ${some}.`;
    case 'marked':
      return guard.constraint.kind === 'rule'
        ? `With what losers: { set } gives ${rows === 1 ? 'it' : 'them'}, ${some}, would still be ${rows === 1 ? 'a copy' : 'copies'}.`
        : `What losers: { set } gives would break ${asked} in ${some}.`;
    case 'removed':
      return `Removing rows would break ${asked} in ${some}.`;
    case 'created':
      return `Creating missing rows would break ${asked} in ${some}.`;
    case 'named':
      return `${some}, ${rows === 1 ? 'refers' : 'refer'} to rows that would be removed when ${label} is re-pointed.`;
  }
}

/** Where the values come from. */
function giving(subject: GuardSurvey['subject']): string {
  if (subject === 'created') return 'Creating missing rows with a value for';
  return subject === 'merged' ? 'Merging' : 'What losers: { set } gives';
}

/** What a trigger's function does with every row is in its text; the message there is not of a row. */
function describeTrigger(guard: GuardSurvey, trigger: TriggerGuard): string {
  const { rows } = guard;
  const who = `trigger ${trigger.name} of ${tableLabel(asking(guard))} (function ${trigger.function.replace(/^public\./, '')})`;
  const some = `${countOf(rows, 'row')}${sampleOf(guard)}`;
  if (trigger.foretold.does === 'keeps') {
    if (trigger.command === 'insert' && guard.subject !== 'created')
      return `${doing(guard)} would lose ${some}, on the way to another partition: ${who} keeps ${rows === 1 ? 'it' : 'them'} from being inserted.`;
    return `${doing(guard)} would have no effect: ${who} keeps ${some}, as ${rows === 1 ? 'it is' : 'they are'}.`;
  }
  const { message } = trigger.foretold;
  const statement =
    trigger.sentBy === undefined
      ? `for the statement that changes ${countOf(rows, 'row')}`
      : `for the ${trigger.command.toUpperCase()} that ${trigger.sentBy} sends for each row, whether or not others refer to it`;
  const when = trigger.row ? `for ${some}` : statement;
  return `${doing(guard)} would be stopped: ${who} raises ${message === undefined ? 'an exception' : `"${message}"`} ${when}.`;
}

function doing({ subject, label }: GuardSurvey): string {
  switch (subject) {
    case 're-pointed':
      return `Re-pointing ${label}`;
    case 'merged':
      return 'Merging';
    case 'marked':
      return 'Marking losers';
    case 'removed':
      return label === undefined ? 'Removing losers' : `Removing rows of ${label} that are in the way`;
    case 'named':
      return 'Removing rows';
    case 'created':
      return 'Creating missing rows';
  }
}

/** As PostgreSQL writes keys, so that they are known as values of rows where these are not to be shown. */
function sampleOf({ identity, sample, rows }: GuardSurvey): string {
  if (sample.length === 0) return '';
  const names = identity.length === 0 ? 'ctid' : identity.join(', ');
  return `, (${names})=(${sample.join('; ')}${rows > sample.length ? '; …' : ''})`;
}

function constraintLabel(guard: GuardSurvey): string {
  const { kind, name } = guard.constraint;
  const of = tableLabel(asking(guard));
  switch (kind) {
    case 'check':
      return `the CHECK constraint ${name} of ${of}`;
    case 'domain':
      return `the domain constraint ${name}`;
    case 'not null':
      return `the NOT NULL constraint of ${of}.${name}`;
    case 'type':
      return `the length or precision of ${of}.${name}`;
    case 'exclusion':
      return `the EXCLUDE constraint ${name} of ${of}`;
    case 'foreign key':
      return `the foreign key ${name} of ${of}`;
    case 'partition':
      return `the partitioning of ${of}`;
    case 'trigger':
      return `trigger ${name} of ${of}`;
    case 'unique':
      return `the unique index ${name} of ${of}`;
    case 'circle':
      return `${name.includes(', ') ? 'one of the unique indexes' : 'the unique index'} ${name} of ${of}`;
    default:
      return name;
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
