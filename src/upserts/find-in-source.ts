import { readApiUpserts } from './api/read-api-upserts.ts';
import { Deadline, OutOfTime } from './deadline.ts';
import { isMessage } from './is-message.ts';
import { KOTLIN, SCALA } from './jvm/dialects.ts';
import { scanJvmStrings } from './jvm/scan-strings.ts';
import type { Language } from './languages.ts';
import { readMapper } from './mybatis/read-mapper.ts';
import { readScript } from './mybatis/read-script.ts';
import { pairChecks, type ScopedHalf } from './pair-checks.ts';
import { type PlacedUpsert, readSql } from './read-sql.ts';
import { scanElixir } from './scan-elixir.ts';
import { scanElixirStrings } from './scan-elixir-strings.ts';
import type { SourceText } from './source-text.ts';
import { withoutCopiedRows } from './sql/copied-rows.ts';
import type { ForeignNames } from './syntax/foreign-names.ts';
import type { Grammars } from './syntax/grammars.ts';
import { type PageScripts, readPageScripts } from './syntax/page-scripts.ts';
import { type FoundText, Reader } from './syntax/reader.ts';
import type { Upsert } from './upsert.ts';

/** What was found in a file; `problem` where it could not be read to the end. */
export interface FoundInSource {
  readonly upserts: readonly Upsert[];
  readonly problem?: string;
}

/** A file that is being read. */
interface Reading {
  readonly source: SourceText;
  readonly language: Language;
  readonly grammars: Grammars;
  readonly deadline: Deadline;
  readonly foreign: ForeignNames | undefined;
}

interface FindOptions {
  readonly deadline?: Deadline;
  /** What other files give to names that this one does not. */
  readonly foreign?: ForeignNames | undefined;
}

/**
 * Finds the upserts of one file: in its strings, and in calls of the libraries that make upserts. A file that takes too
 * long is given up, with what was found until then.
 */
export async function findInSource(
  source: SourceText,
  language: Language,
  grammars: Grammars,
  { deadline = new Deadline(), foreign }: FindOptions = {},
): Promise<FoundInSource> {
  const found: (readonly Upsert[])[] = [];
  try {
    await readSource({ source, language, grammars, deadline, foreign }, (upserts) => found.push(upserts));
    // A file of SQL is one text: a statement comes before those in its strings.
    return { upserts: language.kind === 'sql' ? found.flat() : inOrder(found.flat()) };
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    return { upserts: inOrder(found.flat()), problem: 'it takes too long to read' };
  }
}

/** Called with what is found while a file is read: it may be given up before its end. */
type Take = (upserts: readonly Upsert[]) => void;

/** @throws OutOfTime */
async function readSource(reading: Reading, take: Take): Promise<void> {
  const { source, language, deadline, foreign } = reading;
  switch (language.kind) {
    case 'grammar':
      return await readTree(reading, { grammar: language.grammar, text: source.text }, take);
    case 'mapper':
      return await readTexts(reading, readMapper(source.text, deadline), take);
    case 'page':
      return await readTree(reading, readPageScripts(source.file, source.text), take);
    case 'sql':
      return take(
        (await readSql(source, [{ text: withoutCopiedRows(source.text), at: 0 }], deadline)).upserts.map(
          ({ upsert }) => upsert,
        ),
      );
    case 'kotlin':
      return await readTexts(reading, scanJvmStrings(source.text, KOTLIN, deadline, foreign), take);
    case 'scala':
      return await readTexts(reading, scanJvmStrings(source.text, SCALA, deadline, foreign), take);
    case 'elixir':
      await readTexts(reading, scanElixirStrings(source.text, deadline), take);
      return take(await scanElixir(source));
    case 'prisma':
      return;
  }
}

/** @throws OutOfTime */
async function readTree(reading: Reading, { grammar, text }: PageScripts, take: Take): Promise<void> {
  const { source, grammars, deadline, foreign } = reading;
  await grammars.withTree(grammar, text, deadline, async (root) => {
    const reader = new Reader(root, deadline, foreign);
    await readTexts(reading, reader.strings(), take);
    await readApiUpserts(source, reader, take);
    if (reader.isSpent) throw new OutOfTime();
  });
}

/** @throws OutOfTime */
async function readTexts({ source, deadline }: Reading, texts: Iterable<FoundText>, take: Take): Promise<void> {
  const placed: (readonly PlacedUpsert[])[] = [];
  const halves: ScopedHalf[] = [];
  try {
    for (const { pieces, scope, loose, variant } of scriptsIn(source, texts, deadline)) {
      const { upserts, half } = await readSql(source, pieces, deadline);
      placed.push(
        upserts.map((each) => ({ ...each, variant, upsert: loose ? withoutWhole(each.upsert) : each.upsert })),
      );
      if (half && scope >= 0 && variant === undefined) halves.push({ ...half, scope });
    }
  } finally {
    // A clause may be met again in a later text: only together is it known which of them counts.
    take(withoutRepetition(placed.flat()));
  }
  take(pairChecks(source, halves, deadline));
}

/** The texts that may run: no message, and what MyBatis makes of a script. */
function* scriptsIn(source: SourceText, texts: Iterable<FoundText>, deadline: Deadline): Generator<FoundText> {
  for (const text of texts) {
    deadline.check();
    if (!isMessage(source.text, text.pieces[0]?.at ?? 0)) yield* readScript(text, deadline);
  }
}

/** What is no statement that runs is not read as one. */
function withoutWhole(upsert: Upsert): Upsert {
  return upsert.kind === 'on-conflict' ? { ...upsert, whole: undefined, unread: undefined } : upsert;
}

/** `variant` says in which of several texts it was met that conditions make in one place. */
type MetUpsert = PlacedUpsert & Pick<FoundText, 'variant'>;

/**
 * A clause in a constant is met alone, and again in each statement that the constant is put into: alone it counts only
 * where no statement has it. What conditions make of one place counts once for each target.
 */
function withoutRepetition(placed: readonly MetUpsert[]): readonly Upsert[] {
  const inStatement = new Set(placed.filter(({ insertAt }) => insertAt >= 0).map(({ clauseAt }) => clauseAt));
  const finished = new Set(placed.filter(({ isOpen }) => !isOpen).map(placeOf));
  const counting = placed
    .filter(({ insertAt, clauseAt }) => insertAt >= 0 || !inStatement.has(clauseAt))
    .filter((each) => !each.isOpen || !finished.has(placeOf(each)));
  const resolved = new Set(
    counting.filter(({ upsert }) => isResolved(upsert)).flatMap((each) => [variantOf(each), placeOf(each)]),
  );
  const unique = new Map<string, Upsert>();
  for (const each of counting) {
    if (!isResolved(each.upsert) && resolved.has(variantOf(each))) continue;
    const key = `${each.insertAt}/${each.clauseAt}/${targetOf(each.upsert)}`;
    if (!unique.has(key)) unique.set(key, each.upsert);
  }
  return [...unique.values()];
}

function placeOf({ insertAt, clauseAt }: MetUpsert): string {
  return `${insertAt}/${clauseAt}`;
}

/** A text that no condition is in is a part of each that conditions make of it. */
function variantOf(each: MetUpsert): string {
  return each.variant === undefined ? placeOf(each) : `${placeOf(each)}/${each.variant}`;
}

/** Is all that it is judged by written out? */
export function isResolved(upsert: Upsert): boolean {
  return upsert.table.kind === 'named' && !(upsert.kind === 'on-conflict' && upsert.target.kind === 'dynamic');
}

/** What it is judged by. */
function targetOf(upsert: Upsert): string {
  return JSON.stringify(upsert.kind === 'on-conflict' ? [upsert.table, upsert.target] : [upsert.table, upsert.key]);
}

function inOrder(upserts: readonly Upsert[]): readonly Upsert[] {
  return upserts.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}
