import { createHash } from 'node:crypto';
import type { Dedupe } from '../model/dedupe.ts';
import type { TableFacts } from '../model/facts.ts';

/** What a plan file depends on, in words for people. */
const PARTS = {
  table: 'the table itself',
  columns: 'its columns or its primary key',
  references: 'what refers to it',
  triggers: 'its triggers or rules',
  rule: 'what the rule means for it',
} as const;

/** As `fixMoment` writes it. */
const MOMENT = /'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00'::pg_catalog\.timestamptz/g;

/** Hashes of all that decides which rows go, and how; limits, and what stops, are asked for again. */
export function factsFingerprint(facts: TableFacts, dedupe: Dedupe): Readonly<Record<keyof typeof PARTS, string>> {
  const { image, references, order, merges, agree, compared, losers } = dedupe;
  const { grouping: _, hashFunctions: __, ...key } = dedupe.key;
  // The time of a run is no part of its rule.
  const atAnyTime = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(MOMENT, 'now()'));
  const triggers = [facts, ...facts.parts].flatMap((each) => each.triggers);
  const firing = triggers.filter(({ enabled }) => enabled);
  return {
    table: hash([facts.oid, facts.kind]),
    columns: hash([image.columns, image.identity]),
    references: hash(references),
    triggers: hash([firing, facts.rules]),
    rule: hash(atAnyTime([key, order, merges, agree, compared, losers])),
  };
}

/** The parts in which two differ: `its triggers or rules`. */
export function changedParts(
  before: Readonly<Record<string, string>>,
  now: ReturnType<typeof factsFingerprint>,
): readonly string[] {
  return Object.entries(PARTS).flatMap(([part, words]) =>
    before[part] === now[part as keyof typeof PARTS] ? [] : [words],
  );
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}
