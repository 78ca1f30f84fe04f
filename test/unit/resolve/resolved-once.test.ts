import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../../src');
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** How often each file calls one of these functions. */
function countCalls(names: readonly string[]): Readonly<Record<string, number>> {
  const call = new RegExp(`(?<!function )\\b(?:${names.join('|')})\\(`, 'g');
  const counted = FILES.map((file) => [file, readFileSync(join(SRC, file), 'utf8').match(call)?.length ?? 0] as const);
  return Object.fromEntries(counted.filter(([, calls]) => calls > 0).toSorted(([a], [b]) => a.localeCompare(b)));
}

test('the key and the removal of a rule are resolved at one place', () => {
  expect(countCalls(['resolveDedupe'])).toEqual({ 'resolve/resolve-rule.ts': 1 });
  expect(countCalls(['resolveKey'])).toEqual({ 'resolve/resolve-operation.ts': 1, 'resolve/resolve-rule.ts': 1 });
});

test('each way of looking at the database resolves once; all that follows takes what comes of it', () => {
  expect(countCalls(['resolveRule', 'resolveOperation', 'resolveDrop', 'resolveIndex', 'resolveRelinking'])).toEqual({
    'commands/find-duplicates/find-duplicates.ts': 1,
    'engine/migrations/lost-indexes.ts': 2,
    'engine/race/race-upserts.ts': 1,
    'engine/run/explain-copies.ts': 1,
    'inspect/discover/count-alike.ts': 1,
    // A look with counts, one at a rule, and one without.
    'inspect/foresee/count-ahead.ts': 1,
    'inspect/foresee/foresee-operation.ts': 1,
    'inspect/inspect-operation.ts': 3,
    // An index that another runner's migration asks for, and one that IF NOT EXISTS passes over.
    'inspect/pending/look-at-index.ts': 1,
    'inspect/pending/look-at-unique.ts': 1,
    'inspect/verify/check-dropped.ts': 1,
    'inspect/verify/check-index.ts': 1,
    'inspect/verify/check-relink.ts': 1,
    'inspect/verify/check-unique-key.ts': 1,
    // Hands on to the resolver of each kind.
    'resolve/resolve-operation.ts': 4,
  });
});
