import type { FiringTrigger } from '../../catalog/read-firing.ts';
import { isSameTable } from '../../model/table-name.ts';
import type { Writing } from '../../model/writing.ts';

/**
 * From the context of an error, which has a line for each function, the innermost first: the trigger that raised it, and
 * the one that msgdb's own statement fired, where that is another. Each is a list, for a function may serve many triggers.
 */
export function blame(
  known: readonly FiringTrigger[],
  context: string,
  writing: Writing | undefined,
): readonly (readonly FiringTrigger[])[] {
  const lines = context.split('\n').flatMap((line) => {
    const called = known.filter((trigger) => names(line, trigger));
    return called.length > 0 ? [called] : [];
  });
  const first = lines[0];
  const last = lines.at(-1);
  if (!first || !last) return [];
  if (lines.length === 1) return [choose(first, context, writing)];
  return [choose(first, context, undefined), choose(last, context, writing)];
}

/** `PL/pgSQL function audit.forbid() line 3 at RAISE`, in any language; `PL/Perl function "forbid"`. */
function names(line: string, { function: whole, shortly }: FiringTrigger): boolean {
  const name = shortly.slice(0, -2);
  return line.includes(whole) || standsIn(line, shortly) || line.includes(`"${name.replace(/^"|"$/g, '')}"`);
}

function standsIn(line: string, call: string): boolean {
  const at = line.indexOf(call);
  return at >= 0 && !/[\w.$"]/.test(line.charAt(at - 1));
}

/** Of triggers with one function: those of the statement's own table, else of one that the context names, else all. */
function choose(
  triggers: readonly FiringTrigger[],
  context: string,
  writing: Writing | undefined,
): readonly FiringTrigger[] {
  const own = writing
    ? triggers.filter(({ table, root, events }) => {
        const here = isSameTable(table, writing.table) || isSameTable(root, writing.table);
        return here && events.includes(writing.command);
      })
    : [];
  // A partition's trigger is a copy of its parent's.
  const whole = own.filter(({ table }) => writing !== undefined && isSameTable(table, writing.table));
  if (whole.length > 0) return whole;
  if (own.length > 0) return own;
  const named = triggers.filter(({ table }) => hasWord(context, table.name));
  return named.length > 0 ? named : triggers;
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w$])${word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\w$])`, 'i').test(text);
}
