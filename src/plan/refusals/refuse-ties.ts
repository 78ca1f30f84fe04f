import { countOf } from '../../model/count-of.ts';
import type { DeferrableKey, TieSurvey } from '../../model/group-survey.ts';
import { quoted } from '../../model/name.ts';
import type { Survey } from '../../model/plan.ts';
import type { Refusals } from '../../model/refusals.ts';
import { quotedTable, tableLabel } from '../../model/table-label.ts';
import { tableId } from '../../model/table-name.ts';

/**
 * Foreign keys and unique indexes that would stop re-pointing half-way: refused before the first row is changed, each
 * of them once.
 */
export function refuseTies({ ties }: Pick<Survey, 'ties'>, refusals: Refusals): void {
  const met = new Map<string, TieSurvey>();
  for (const tie of ties.toSorted((a, b) => b.rows - a.rows)) {
    const key = `${tableId(tie.key.table)} ${tie.key.name}`;
    if (!met.has(key)) met.set(key, tie);
  }
  for (const tie of met.values()) refusals.add('MSGDB_REFUSED', messageOf(tie), fixOf(tie));
}

function messageOf({ kind, label, key, parent, rows }: TieSurvey): string {
  const doing = label === undefined ? 'Merging' : `Re-pointing ${label}`;
  if (kind === 'copied') {
    return `${countOf(rows, `row of ${tableLabel(key.table)} would become a copy of another`, `rows of ${tableLabel(key.table)} would become copies of others`)} under ${key.name}, moved along ${label === undefined ? 'with what survivors take' : `as ${label} is re-pointed`}.`;
  }
  const these = `${countOf(rows, 'row')} of ${tableLabel(key.table)} (${key.columns.join(', ')})`;
  if (kind === 'held') {
    const refer = rows === 1 ? 'refers' : 'refer';
    return `${doing} gives another key to what ${these} ${refer} to, and the foreign key ${key.name} keeps it from that.`;
  }
  const theirs = rows === 1 ? 'row' : 'rows';
  return `${doing} would part ${these} from the ${theirs} of ${tableLabel(parent)} behind the foreign key ${key.name}, which keeps it from that.`;
}

function fixOf({ kind, label, key, parent, deferrable, unmoved }: TieSurvey): string {
  if (deferrable.length > 0) {
    return `Let this be checked when all rows are re-pointed: ${deferrable.map(deferStatement).join('; ')}.`;
  }
  if (kind === 'held') {
    return `With ON UPDATE CASCADE they go along: drop the foreign key ${key.name}, and add it again with that.`;
  }
  if (label === undefined) {
    return 'Choose another merge strategy for the column that these rows refer to, or leave it out of merge: the survivor keeps its value.';
  }
  if (kind === 'copied') return 'Mend these rows by hand first: nothing says which of them stays.';
  return unmoved.length > 0
    ? `If ${tableLabel(parent)} (${unmoved.join(', ')}) refers to the copies, name it among the references of the rule: it is re-pointed too then.`
    : `Change these rows by hand first, or what they refer to.`;
}

function deferStatement({ name, table }: DeferrableKey): string {
  return `alter table ${quotedTable(table)} alter constraint ${quoted(name)} deferrable initially deferred`;
}
