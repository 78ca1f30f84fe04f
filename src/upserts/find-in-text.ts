import { findInSource } from './find-in-source.ts';
import type { FoundUpserts } from './find-upserts.ts';
import { SourceText } from './source-text.ts';
import { ForeignNames } from './syntax/foreign-names.ts';
import { Grammars } from './syntax/grammars.ts';

/** What reports call a text that is in no file. */
const NAME = 'sql';

/** Finds every upsert of one SQL text, with placeholders of any driver. */
export async function findInText(sql: string): Promise<FoundUpserts> {
  const language = { kind: 'sql' } as const;
  const foreign = new ForeignNames();
  const { upserts, problem } = await findInSource(new SourceText(NAME, sql), language, new Grammars(), { foreign });
  const skipped = problem === undefined ? [] : [{ file: NAME, reason: problem }];
  return { upserts, files: 1, skipped, passedOver: [], empty: [] };
}
