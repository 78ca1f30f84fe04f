import type { CodeEntry } from '../../model/code-entry.ts';
import type { ErrorCode } from '../../model/codes.ts';
import { describeExit } from '../codes-reference.ts';
import { codeUrl } from '../documentation.ts';
import type { Look } from '../look.ts';
import { flow, flowLabelled, prose } from './flow.ts';
import { createInk } from './ink.ts';

/** Columns for text, as help has them: what is printed is piped into pagers. */
const WIDTH = 80;
const LABEL_COLUMNS = 11;

/** What a code means: its title, why it comes about, and what mends it. */
export function renderCodeHuman(code: ErrorCode, entry: CodeEntry, look: Look): string {
  const ink = createInk({ ...look, width: Math.min(look.width, WIDTH) });
  const parts = { cause: entry.cause, fix: entry.fix, 'exit code': describeExit(entry), more: codeUrl(code) ?? '' };
  const lines = Object.entries(parts).flatMap(([name, text]) =>
    text === '' ? [] : flowLabelled(ink, [{ text: name, paint: ink.paint.dim }], LABEL_COLUMNS, prose(ink, text), 2),
  );
  const title = [
    { text: entry.title, paint: ink.paint.strong },
    { text: `  ${code}`, paint: ink.paint.dim },
  ];
  return `${[...flow(ink, title, { first: 0, rest: 2 }), ...lines].join('\n')}\n`;
}
