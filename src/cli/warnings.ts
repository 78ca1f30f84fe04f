import type { Config } from '../config/config.ts';
import { flowLabelled, prose } from '../report/human/flow.ts';
import { createInk } from '../report/human/ink.ts';
import type { Look } from '../report/look.ts';

/** What a person should know about the configuration, as lines for stderr. */
export function renderWarnings({ warnings }: Pick<Config, 'warnings'>, look: Look): string {
  const ink = createInk(look);
  const mark = [{ text: ink.symbol.attention, paint: ink.paint.attention }];
  const lines = warnings.flatMap((warning) => flowLabelled(ink, mark, 2, prose(ink, warning)));
  return lines.map((line) => `${line}\n`).join('');
}
