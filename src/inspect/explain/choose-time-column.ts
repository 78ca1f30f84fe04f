import type { TimeCandidate, TimeColumn, TimeMeaning } from '../../model/why.ts';

/** Words in a column's name, in any spelling: `createdAt`, `created_at`, `CREATED`. */
const NAMES: readonly { readonly meaning: TimeMeaning; readonly words: RegExp; readonly weight: number }[] = [
  // Times that are yet to come, or of an event in the row's life: nothing about its arrival.
  { meaning: 'unknown', words: /^(delet|expir|schedul|due|valid|until|next|end|read|birth|archiv)/, weight: -60 },
  { meaning: 'updated', words: /^(updat|modif|chang|edit|sync|refresh|last|seen|touch|atualiz)/, weight: -30 },
  {
    meaning: 'inserted',
    words: /^(creat|insert|ingest|import|stored|record|added|criad|criac|cread|erstellt)/,
    weight: 40,
  },
  { meaning: 'inserted', words: /^(receiv|arriv|recebid)/, weight: 30 },
  { meaning: 'event', words: /^(sent|send|event|message|occur|publish|start|deliver|happen|posted)/, weight: -10 },
];

const NOW =
  /\b(now\(\)|current_timestamp|clock_timestamp\(\)|statement_timestamp\(\)|transaction_timestamp\(\)|localtimestamp|current_date)/i;

/** A whole number is a time only by its name. */
const TIME_NAME = /(^|_)(at|ts|time|timestamp|date|epoch|created|inserted|received)(_|$)/;

/**
 * Chooses the column that says best when a row came: one that is set at the insert before one that says when something
 * happened elsewhere, and that before one that changes later. A column of the key is equal in all copies, so it is of
 * no use.
 */
export function chooseTimeColumn(
  candidates: readonly TimeCandidate[],
  inKey: readonly string[],
): TimeColumn | undefined {
  const [best] = candidates
    .filter(({ column, form }) => !inKey.includes(column) && (form !== 'epoch' || TIME_NAME.test(snakeCase(column))))
    .map((candidate) => ({ candidate, ...judge(candidate) }))
    .filter(({ weight }) => weight > -40)
    .toSorted((a, b) => b.weight - a.weight);
  return best && describe(best.candidate, best.meaning);
}

/** The column that the user named. */
export function takeTimeColumn(candidate: TimeCandidate): TimeColumn {
  return { ...describe(candidate, judge(candidate).meaning), reason: 'named by --by' };
}

function judge(candidate: TimeCandidate): { readonly meaning: TimeMeaning; readonly weight: number } {
  const words = snakeCase(candidate.column).split('_');
  const named = NAMES.find((name) => words.some((word) => name.words.test(word)));
  const defaulted = hasNow(candidate);
  const form = { timestamptz: 3, timestamp: 2, date: -5, epoch: -4 }[candidate.form];
  return {
    meaning: named?.meaning ?? (defaulted ? 'inserted' : 'unknown'),
    weight: (named?.weight ?? 0) + (defaulted ? 20 : 0) + form,
  };
}

function describe({ column, type, form, default: expression }: TimeCandidate, meaning: TimeMeaning): TimeColumn {
  return { column, type, form, meaning, reason: reasonOf(meaning, NOW.exec(expression ?? '')?.[1]) };
}

function reasonOf(meaning: TimeMeaning, now: string | undefined): string {
  switch (meaning) {
    case 'inserted':
      return now === undefined
        ? 'by its name the time of the insert'
        : `its default is ${now}: set when the row is inserted, unless the application sets it`;
    case 'updated':
      return 'no column has the time of the insert; by its name this one changes later';
    case 'event':
      return 'no column has the time of the insert; by its name this one says when something happened';
    case 'unknown':
      return 'the only time there is; what it says is not known';
  }
}

function hasNow({ default: expression }: TimeCandidate): boolean {
  return expression !== undefined && NOW.test(expression);
}

/** `createdAt` → `created_at`. */
function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .toLowerCase();
}
