import type { ScriptStatement } from '../../../model/operations/sql-operation.ts';
import { cutScript } from './cut-script.ts';

/** What is left of an undo when the rules undo themselves. */
export interface SharedUndo {
  readonly down: string | undefined;
  /** Why it cannot be shared out. */
  readonly obstacle?: string;
}

/** An undo that does nothing, and says so: SQL without any is never rolled back. */
const NOTHING = '-- The undo dropped the index alone, which the rule does by itself.\nselect 1;\n';

/** Takes out of an undo what drops the indexes that rules have made, and gives the rest to the one part of SQL there is. */
export function shareUndo(
  { script, statements }: { readonly script: string; readonly statements: readonly ScriptStatement[] },
  indexes: readonly string[],
  sqlParts: number,
): SharedUndo {
  const pieces = cutScript(script, statements, ({ text }) => indexes.find((index) => drops(text, index)));
  const rest = pieces.filter((piece) => piece.kind === 'sql');
  if (rest.length === 0) return { down: NOTHING };
  const named = indexes.find((index) => rest.some(({ text }) => text.includes(index)));
  if (named !== undefined) {
    return { down: undefined, obstacle: `its undo drops ${named} together with something else` };
  }
  if (sqlParts === 0) return { down: undefined, obstacle: 'its undo does more than drop what the rule makes' };
  if (sqlParts > 1) {
    return { down: undefined, obstacle: 'its undo would belong to the SQL before the rule or to that after it' };
  }
  return { down: rest.map(({ text }) => text).join('') };
}

const DROP_INDEX =
  /^drop\s+index\s+(?:concurrently\s+)?(?:if\s+exists\s+)?(?<name>[^\s,;]+)(?:\s+(?:restrict|cascade))?$/i;
const DROP_CONSTRAINT =
  /^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?\S+\s+drop\s+constraint\s+(?:if\s+exists\s+)?(?<name>[^\s,;]+)(?:\s+(?:restrict|cascade))?$/i;

function drops(text: string, index: string): boolean {
  const name = (DROP_INDEX.exec(text.trim()) ?? DROP_CONSTRAINT.exec(text.trim()))?.groups?.name;
  if (name === undefined) return false;
  const last = /(?:^|\.)(?:"((?:[^"]|"")+)"|([^".]+))$/.exec(name);
  return (last?.[1]?.replaceAll('""', '"') ?? last?.[2]?.toLowerCase()) === index;
}
