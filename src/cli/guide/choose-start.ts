import { countOf } from '../../model/count-of.ts';
import { BACK, type Choice } from '../terminal/asker.ts';
import type { Draft } from './draft.ts';
import type { Guide, Step } from './guide.ts';

/** As `find-duplicates --discover` without --time-limit. */
const TIME_LIMIT_MS = 10_000;

type Start = 'search' | 'known' | 'rules';

/** Where to look: everywhere, at a table that the person knows, or at what the migrations say. */
export async function chooseStart(draft: Draft, guide: Guide): Promise<Step> {
  const { asker, context } = guide;
  const start = await asker.choose('Where are the duplicates?', choicesOf(guide));
  switch (start) {
    case BACK:
      return { kind: 'back' };
    case 'rules': {
      const { dedupe } = await import('../../commands/dedupe/dedupe.ts');
      const report = await dedupe(context, { dryRun: false, yes: false, samples: 5 });
      return { kind: 'end', outcome: { kind: 'report', report } };
    }
    case 'known':
      return { kind: 'asked', draft };
    case 'search': {
      const { discoverKeys } = await import('../../commands/find-duplicates/discover-keys.ts');
      const options = { table: undefined, schema: undefined, timeLimitMs: TIME_LIMIT_MS };
      const { discovery } = await discoverKeys(context, options);
      return { kind: 'asked', draft: { ...draft, found: discovery } };
    }
  }
}

function choicesOf({ tables, rules }: Guide): readonly Choice<Start>[] {
  return [
    {
      value: 'search',
      label: `Look for them in ${countOf(tables.length, 'table')}`,
      hint: 'counts the likeliest keys, at most 10 s each; nothing is changed',
    },
    { value: 'known', label: 'In a table that I know' },
    ...(rules > 0
      ? [
          {
            value: 'rules' as const,
            label: `By ${countOf(rules, 'rule')} of the migrations`,
            hint: 'asks before it removes',
          },
        ]
      : []),
  ];
}
