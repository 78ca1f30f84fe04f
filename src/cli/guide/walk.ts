import type { Outcome } from '../definition/command.ts';
import type { Draft } from './draft.ts';
import type { AskStep, Guide } from './guide.ts';

/** A step that was done, and what was known before it. */
interface Done {
  readonly before: Draft;
  readonly asked: boolean;
}

/**
 * Goes through the steps, forward and back, until one of them ends it.
 * @throws RangeError when the last step does not end it.
 * @returns undefined when the person went back from the first question.
 */
export async function walk(steps: readonly AskStep[], guide: Guide): Promise<Outcome | undefined> {
  const done: Done[] = [];
  let draft: Draft = { flags: {} };
  for (;;) {
    const step = steps[done.length];
    if (!step) throw new RangeError('The steps have no end.');
    const came = await step(draft, guide);
    switch (came.kind) {
      case 'end':
        return came.outcome;
      case 'again':
        break;
      case 'back': {
        const before = lastAsked(done);
        if (!before) return undefined;
        draft = before;
        break;
      }
      default:
        done.push({ before: draft, asked: came.kind === 'asked' });
        draft = came.draft;
    }
  }
}

/** Takes back the steps up to the last that asked, and gives what was known before that one. */
function lastAsked(done: Done[]): Draft | undefined {
  for (let last = done.pop(); last; last = done.pop()) if (last.asked) return last.before;
  return undefined;
}
