import { countOf, formatCount } from '../../model/count-of.ts';
import type { Gap, GapCount, TimeColumn, WhyReport } from '../../model/why.ts';

/** Gaps that have one usual cause. */
const CAUSES: readonly { readonly gaps: readonly Gap[]; readonly distance: string; readonly says: string }[] = [
  {
    gaps: ['10ms', '1s'],
    distance: 'within a second',
    says:
      'of each other, as when one delivery is handled twice at once. A check before the insert ' +
      'cannot keep such copies out; a unique index does, with ON CONFLICT in the insert.',
  },
  {
    gaps: ['1min', '1h'],
    distance: 'within an hour',
    says:
      'of each other, as when something that was not acknowledged in time is sent again. A ' +
      'unique index with ON CONFLICT makes sending again harmless.',
  },
  {
    gaps: ['1day', '30days', 'more'],
    distance: 'an hour to months',
    says:
      'after each other, as when something is imported, synchronised or entered again. With ' +
      'a unique index, ON CONFLICT DO UPDATE lets the later one change the row that is there.',
  },
];

/** Where one gap alone has most copies, it says more than its cause. */
const DISTANCES: Readonly<Partial<Record<Gap, string>>> = {
  '10ms': 'within 10 ms',
  '1s': 'within a second',
  '1min': 'within a minute',
  '1h': 'within an hour',
  '1day': 'hours',
  '30days': 'days',
  more: 'more than a month',
};

/** A transaction that wrote copies of this many groups was a bulk write. */
const BULK_GROUPS = 20;
/** A group of this size is hardly one thing that was stored so often. */
const LARGE_GROUP = 100;
/** Longer ago than this, it may have been mended since. */
const HOUR_SECONDS = 3_600;

/** What follows from the figures in plain words, the most telling first; never more than they show. */
export function readCopies(why: Omit<WhyReport, 'reading'>, excessRows: number): readonly string[] {
  return [
    ...readGaps(why),
    ...readTransactions(why),
    ...readGrowth(why),
    ...readLargest(why, excessRows),
    ...readDiffering(why),
  ];
}

function readGaps(why: Omit<WhyReport, 'reading'>): readonly string[] {
  const { gaps, time } = why;
  const pairs = sum(gaps, () => true);
  if (!time || pairs === 0) return [];
  const same = gaps.find(({ gap }) => gap === 'same');
  if (same && same.pairs * 2 >= pairs) return [readSame(same, pairs, time, why)];
  const caveat =
    time.meaning === 'inserted' ? '' : ` This is by ${time.column}, which may not be the time of the insert.`;
  const cause = CAUSES.find((each) => sum(gaps, ({ gap }) => each.gaps.includes(gap)) * 2 >= pairs);
  if (!cause) return [`No cause stands out: the copies arrive at very different distances.${caveat}`];
  const one = gaps.find((each) => cause.gaps.includes(each.gap) && each.pairs * 2 >= pairs);
  const share = one?.pairs ?? sum(gaps, ({ gap }) => cause.gaps.includes(gap));
  const distance = (one && DISTANCES[one.gap]) ?? cause.distance;
  return [`${share === pairs ? 'All' : 'Most'} copies arrive ${distance} ${cause.says}${caveat}`];
}

/** The same time twice: one transaction, whose now() stands still, or a time that came with the data. */
function readSame(
  same: GapCount,
  pairs: number,
  time: TimeColumn,
  { precision, sameTransaction }: Omit<WhyReport, 'reading'>,
): string {
  const who = `${same.pairs === pairs ? 'All' : 'Most'} copies have the same ${time.column}`;
  if (same.sameTransaction * 2 >= same.pairs) {
    if (isBulk(sameTransaction) || time.meaning !== 'inserted')
      return `${who}, so it is not known how far apart they arrived.`;
    return (
      `${who} and were written by the same transaction, as when a batch holds the same thing twice. Take repeats out ` +
      'of the batch; ON CONFLICT DO NOTHING does it while inserting, DO UPDATE refuses to change one row twice.'
    );
  }
  if (precision === 'second' || precision === 'day') {
    return `${who}, which is stored to the ${precision}, though different transactions wrote them: it is not known how far apart they arrive within a ${precision}.`;
  }
  return (
    `${who} though different transactions wrote them: it came with the data, so it does not say how far apart they ` +
    'arrived. Name a column that is set at the insert with --by.'
  );
}

function readTransactions({
  sameTransaction: same,
  groups,
  gaps,
  time,
}: Omit<WhyReport, 'reading'>): readonly string[] {
  if (same.groups === 0) return [];
  if (isBulk(same)) {
    return [
      `One transaction wrote copies of ${formatCount(same.mostGroups)} groups: a bulk load, a restored dump, or an UPDATE of many ` +
        'rows. Of these groups equal xmin says nothing about how the copies first came.',
    ];
  }
  // Said already of most of the copies.
  const atOnce = gaps.find(({ gap }) => gap === 'same')?.sameTransaction ?? 0;
  if (time?.meaning === 'inserted' && atOnce > 0 && atOnce * 2 >= sum(gaps, () => true)) return [];
  return [
    `In ${formatCount(same.groups)} of ${countOf(groups, 'group')} one transaction wrote several copies (equal xmin): something in it inserts the same key twice.`,
  ];
}

function isBulk({ groups, mostGroups }: WhyReport['sameTransaction']): boolean {
  return mostGroups >= BULK_GROUPS && mostGroups * 2 >= groups;
}

function readGrowth({ growth }: Omit<WhyReport, 'reading'>): readonly string[] {
  if (!growth || growth.lastAgeSeconds === null) return [];
  const age = growth.lastAgeSeconds;
  if (age < 0)
    return ['The last copy lies in the future: the clock that set the time was wrong, or it is no such time.'];
  if (age < HOUR_SECONDS) return [`It continues: the last copy came ${ago(age)}.`];
  const silence = (Date.parse(growth.newestRow) - Date.parse(growth.last)) / 1000;
  return silence < HOUR_SECONDS
    ? [`The last copy came ${ago(age)}, and hardly a row has come since: nothing says that it has stopped.`]
    : [`The last copy came ${ago(age)}; rows without a copy have come since.`];
}

function readLargest({ largestGroup, groups }: Omit<WhyReport, 'reading'>, excessRows: number): readonly string[] {
  if (largestGroup < LARGE_GROUP || (largestGroup - 1) * 2 < excessRows) return [];
  return [
    groups === 1
      ? `One key has all ${formatCount(largestGroup)} copies, which looks like a value that stands for none, such as ''. Leave it out with --where.`
      : `One key has ${formatCount(largestGroup)} copies, most of all there are, which looks like a value that stands for none, such as ''. Leave it out with --where.`,
  ];
}

function readDiffering({ differs, groups }: Omit<WhyReport, 'reading'>): readonly string[] {
  const filled = differs.filter(({ filledOnce }) => filledOnce > 0 && filledOnce * 10 >= groups);
  if (filled.length === 0) return [];
  const names = filled.slice(0, 3).map(({ column }) => column);
  return [
    `${names.join(', ')}: some copies have a value where others have none. \`merge: { ${names[0]}: 'first-non-null' }\` in the rule keeps it.`,
  ];
}

/** `3 minutes ago`: as coarse as a person would say it. */
function ago(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const;
  const [size, name] = units.find(([each]) => seconds >= each) ?? [1, 'second'];
  const count = Math.floor(seconds / size);
  return `${countOf(count, name)} ago`;
}

function sum(gaps: readonly GapCount[], matches: (gap: GapCount) => boolean): number {
  return gaps.filter(matches).reduce((total, { pairs }) => total + pairs, 0);
}
