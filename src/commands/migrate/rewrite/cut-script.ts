import type { ScriptStatement } from '../../../model/operations/sql-operation.ts';
import { isDirective } from '../../../sql/script-file/read-directives.ts';

/** A stretch of a script, as it is written: every character of it is in one of them. */
export type Piece<Cut> = SqlPiece | CutPiece<Cut>;

export interface SqlPiece {
  readonly kind: 'sql';
  readonly text: string;
  readonly statements: readonly ScriptStatement[];
}

/** Statements that go, one after the other, with the comments around them. */
export interface CutPiece<Cut> {
  readonly kind: 'cut';
  readonly text: string;
  readonly cuts: readonly Cut[];
}

/** A statement, by its characters: up to the end of its line, where nothing but a comment follows there. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts statements out of a script. Comments above one go with it, and what has no statement at the end, too. Lines that are
 * for msgdb are left out of the SQL: in a file of code they are options.
 */
export function cutScript<Cut>(
  script: string,
  statements: readonly ScriptStatement[],
  cutOf: (statement: ScriptStatement) => Cut | undefined,
): readonly Piece<Cut>[] {
  const stretches = locate(script, statements);
  const pieces: Piece<Cut>[] = [];
  let from = 0;
  for (const [place, statement] of statements.entries()) {
    const { end } = stretches[place] ?? { end: from };
    const text = script.slice(from, end);
    const cut = cutOf(statement);
    const last = pieces.at(-1);
    if (cut !== undefined) {
      if (last?.kind === 'cut') pieces.splice(-1, 1, { ...last, text: last.text + text, cuts: [...last.cuts, cut] });
      else pieces.push({ kind: 'cut', text, cuts: [cut] });
    } else if (last?.kind === 'sql') {
      pieces.splice(-1, 1, { ...last, text: last.text + text, statements: [...last.statements, statement] });
    } else {
      pieces.push({ kind: 'sql', text, statements: [statement] });
    }
    from = end;
  }
  const rest = script.slice(from);
  const last = pieces.at(-1);
  if (last) pieces.splice(-1, 1, { ...last, text: last.text + rest });
  return pieces.map((piece) => (piece.kind === 'sql' ? { ...piece, text: withoutDirectives(piece.text) } : piece));
}

/** Above its first statement alone: below it they are refused. */
function withoutDirectives(text: string): string {
  if (!/msgdb/i.test(text)) return text;
  const lines = text.split('\n');
  const words = lines.findIndex((line) => /^\s*[^\s-]/.test(line));
  return lines.filter((line, place) => (words !== -1 && place > words) || !isDirective(line)).join('\n');
}

function locate(script: string, statements: readonly ScriptStatement[]): readonly Stretch[] {
  const lines = lineStarts(script);
  return statements.map(({ text, line, column }) => {
    const begin = lines[line - 1] ?? 0;
    const inLine = Array.from(script.slice(begin, begin + 2 * column)).slice(0, column - 1);
    const start = begin + inLine.join('').length;
    const behind = script.slice(start + text.length);
    const tail = /^\s*;(?:[^\S\n]*(?:--[^\n]*)?(?:\n|$))?/.exec(behind)?.[0] ?? '';
    return { start, end: start + text.length + tail.length };
  });
}

function lineStarts(script: string): readonly number[] {
  const starts = [0];
  for (let at = script.indexOf('\n'); at !== -1; at = script.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
