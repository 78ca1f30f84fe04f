import { readApiUpserts } from './api/read-api-upserts.ts';
import type { Language } from './languages.ts';
import { pairChecks, type ScopedHalf } from './pair-checks.ts';
import { type PlacedUpsert, readSql } from './read-sql.ts';
import { scanElixir } from './scan-elixir.ts';
import { scanElixirStrings, scanKotlin } from './scan-kotlin.ts';
import type { SourceText } from './source-text.ts';
import type { Grammars } from './syntax/grammars.ts';
import { type FoundText, Reader } from './syntax/reader.ts';
import type { Upsert } from './upsert.ts';

/** What was found in a file; `problem` where it could not be read to the end. */
export interface FoundInSource {
  readonly upserts: readonly Upsert[];
  readonly problem?: string;
}

/** Finds the upserts of one file: in its strings, and in calls of the libraries that make upserts. */
export async function findInSource(source: SourceText, language: Language, grammars: Grammars): Promise<FoundInSource> {
  switch (language.kind) {
    case 'grammar': {
      const found = await grammars.withTree(language.grammar, source.text, async (root) => {
        const reader = new Reader(root);
        const raw = await readTexts(source, reader.strings());
        return [...raw, ...readApiUpserts(source, reader)];
      });
      return found ? { upserts: inOrder(found) } : { upserts: [], problem: 'it takes too long to parse' };
    }
    case 'sql':
      return { upserts: (await readSql(source, [{ text: source.text, at: 0 }])).upserts.map(({ upsert }) => upsert) };
    case 'kotlin':
      return { upserts: await readTexts(source, scanKotlin(source.text)) };
    case 'elixir':
      return {
        upserts: inOrder([...(await readTexts(source, scanElixirStrings(source.text))), ...scanElixir(source)]),
      };
    case 'prisma':
      return { upserts: [] };
  }
}

async function readTexts(source: SourceText, texts: readonly FoundText[]): Promise<readonly Upsert[]> {
  const placed: PlacedUpsert[] = [];
  const halves: ScopedHalf[] = [];
  for (const { pieces, scope } of texts) {
    const { upserts, half } = await readSql(source, pieces);
    placed.push(...upserts);
    if (half && scope >= 0) halves.push({ ...half, scope });
  }
  return inOrder([...withoutRepetition(placed), ...pairChecks(source, halves)]);
}

/**
 * A clause in a constant is met alone, and again in each statement that the constant is put into: alone it counts only
 * where no statement has it.
 */
function withoutRepetition(placed: readonly PlacedUpsert[]): readonly Upsert[] {
  const inStatement = new Set(placed.filter(({ insertAt }) => insertAt >= 0).map(({ clauseAt }) => clauseAt));
  const unique = new Map<string, PlacedUpsert>();
  for (const each of placed) {
    if (each.insertAt < 0 && inStatement.has(each.clauseAt)) continue;
    const key = `${each.insertAt}/${each.clauseAt}`;
    const known = unique.get(key);
    if (!known || (isResolved(each.upsert) && !isResolved(known.upsert))) unique.set(key, each);
  }
  return [...unique.values()].map(({ upsert }) => upsert);
}

function isResolved(upsert: Upsert): boolean {
  return upsert.table.kind === 'named' && !(upsert.kind === 'on-conflict' && upsert.target.kind === 'dynamic');
}

function inOrder(upserts: readonly Upsert[]): readonly Upsert[] {
  return upserts.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}
