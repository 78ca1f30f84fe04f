import type { FiringTrigger } from '../../catalog/read-firing.ts';
import { tableLabel } from '../../model/table-label.ts';
import { quoteName, quoteTable } from '../../sql/quote.ts';

/** `trigger final of ledger (BEFORE DELETE, function forbid())`, or `one of the triggers …`. */
export function listTriggers(triggers: readonly FiringTrigger[]): string {
  const [one] = triggers;
  if (one && triggers.length === 1) return `trigger ${describeTrigger(one)}`;
  return `one of the triggers ${triggers.map(describeTrigger).join(', ')}`;
}

export function describeTrigger({ name, table, timing, events, ...trigger }: FiringTrigger): string {
  return `${name} of ${tableLabel(table)} (${timing.toUpperCase()} ${events.map((event) => event.toUpperCase()).join(' or ')}, function ${trigger.function.replace(/^public\./, '')})`;
}

/** What disables triggers, and what enables them again. */
export function offAndOn(triggers: readonly FiringTrigger[]): string {
  return triggers
    .map(({ name, table, always }) => {
      const of = `alter table ${quoteTable(table)}`;
      return `${of} disable trigger ${quoteName(name)}; afterwards: ${of} enable ${always ? 'always ' : ''}trigger ${quoteName(name)};`;
    })
    .join(' ');
}

/** For programs: the `trigger` of an error's data. */
export function triggerData({ table, name, ...trigger }: FiringTrigger): {
  readonly table: string;
  readonly name: string;
  readonly function: string;
} {
  return { table: `${table.schema}.${table.name}`, name, function: trigger.function };
}

export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
