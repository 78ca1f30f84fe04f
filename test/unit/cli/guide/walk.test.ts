import { expect, test } from 'vitest';
import type { AskStep, Guide } from '../../../../src/cli/guide/guide.ts';
import { walk } from '../../../../src/cli/guide/walk.ts';

/** Steps here ask nothing of the guide. */
const GUIDE = {} as Guide;
const OUTCOME = { kind: 'script', text: 'done' } as const;

/** A step that comes to these ends, one a visit, and notes each visit with what was known. */
function stepOf(name: string, ends: readonly (typeof KINDS)[number][], visits: string[]): AskStep {
  let visit = 0;
  return async (draft) => {
    visits.push(`${name}(${draft.flags.key ?? ''})`);
    const kind = ends[visit++] ?? 'asked';
    if (kind === 'end') return { kind, outcome: OUTCOME };
    if (kind === 'back' || kind === 'again') return { kind };
    return { kind, draft: { flags: { key: `${draft.flags.key ?? ''}${name}` } } };
  };
}

const KINDS = ['asked', 'nothing to ask', 'again', 'back', 'end'] as const;

test('steps follow each other, each with what those before it have found', async () => {
  const visits: string[] = [];
  const steps = [stepOf('a', [], visits), stepOf('b', ['nothing to ask'], visits), stepOf('c', ['end'], visits)];
  expect(await walk(steps, GUIDE)).toBe(OUTCOME);
  expect(visits).toEqual(['a()', 'b(a)', 'c(ab)']);
});

test('going back forgets the answer, and passes over steps that had nothing to ask', async () => {
  const visits: string[] = [];
  const steps = [
    stepOf('a', [], visits),
    stepOf('b', ['nothing to ask', 'nothing to ask'], visits),
    stepOf('c', ['back', 'end'], visits),
  ];
  await walk(steps, GUIDE);
  expect(visits).toEqual(['a()', 'b(a)', 'c(ab)', 'a()', 'b(a)', 'c(ab)']);
});

test('an answer that is none asks the same again', async () => {
  const visits: string[] = [];
  await walk([stepOf('a', ['again', 'asked'], visits), stepOf('b', ['end'], visits)], GUIDE);
  expect(visits).toEqual(['a()', 'a()', 'b(a)']);
});

test('back from the first question leaves', async () => {
  expect(await walk([stepOf('a', ['nothing to ask'], []), stepOf('b', ['back'], [])], GUIDE)).toBeUndefined();
});
