import { Chalk } from 'chalk';
import type { Look } from '../look.ts';

/** Colours text that is already broken into lines; gives it back unchanged where colour is off. */
export type Paint = (text: string) => string;

/** What colours mean, and the symbols that say the same without them. */
export interface Ink {
  readonly look: Look;
  /** Columns to write in. */
  readonly width: number;
  readonly paint: Readonly<Record<PaintName, Paint>>;
  readonly symbol: Readonly<Record<SymbolName, string>>;
}

type PaintName =
  | 'plain'
  | 'strong'
  | 'dim'
  | 'ok'
  | 'attention'
  | 'wrong'
  | 'command'
  | 'okStrong'
  | 'attentionStrong'
  | 'wrongStrong';
type SymbolName = keyof typeof UNICODE;

const UNICODE = {
  ok: '✓',
  attention: '▲',
  wrong: '✗',
  info: 'ℹ',
  skipped: '–',
  pending: '○',
  undone: '↩',
  running: '▶',
  survivor: '●',
  differs: '≠',
  to: '→',
  dot: '·',
  more: '…',
  rule: '─',
  added: '+',
  bar: '█',
} as const;

const ASCII: Readonly<Record<SymbolName, string>> = {
  ok: '+',
  attention: '!',
  wrong: 'x',
  info: 'i',
  skipped: '-',
  pending: 'o',
  undone: '<',
  running: '>',
  survivor: '*',
  differs: '!=',
  to: '->',
  dot: '-',
  more: '...',
  rule: '-',
  added: '+',
  bar: '#',
};

/** Below this a line holds no sentence; such terminals wrap by themselves. */
const NARROWEST = 24;

/** Ink for a look. Only the sixteen colours of the terminal's own theme are used. */
export function createInk(look: Look): Ink {
  const chalk = new Chalk({ level: look.colour ? 1 : 0 });
  return {
    look,
    width: Math.max(NARROWEST, look.width),
    paint: {
      plain: (text) => text,
      strong: chalk.bold,
      dim: chalk.dim,
      ok: chalk.green,
      okStrong: chalk.green.bold,
      attention: chalk.yellow,
      attentionStrong: chalk.yellow.bold,
      wrong: chalk.red,
      wrongStrong: chalk.red.bold,
      command: chalk.cyan,
    },
    symbol: look.unicode ? UNICODE : ASCII,
  };
}
