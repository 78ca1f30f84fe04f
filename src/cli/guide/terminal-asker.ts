import type { Display } from '../progress/display.ts';
import { type Asker, BACK, type Back, type Choice } from '../terminal/asker.ts';
import {
  type Cancelled,
  type Clack,
  ESCAPED,
  type PromptStreams,
  prompt,
  type Surroundings,
} from '../terminal/prompt.ts';
import { write } from '../terminal/terminal.ts';

/** Choices that are seen at once; the others come when the cursor goes on. */
const MOST_SHOWN = 10;

/** Asks on stderr with the prompts of clack, while the display of the command stands still. */
export function createTerminalAsker(surroundings: Surroundings, display: Pick<Display, 'pause' | 'resume'>): Asker {
  async function put<Answer>(
    show: (clack: Clack, streams: PromptStreams) => Promise<Answer | Cancelled>,
  ): Promise<Answer | Back> {
    display.pause();
    const answer = await prompt(show, surroundings);
    display.resume();
    return answer === ESCAPED ? BACK : answer;
  }

  return {
    choose: async (message, choices) => {
      const place = await put(({ select }, streams) =>
        select({ message, options: optionsOf(choices), maxItems: MOST_SHOWN, ...streams }),
      );
      return place === BACK ? BACK : valueAt(choices, place);
    },
    search: async (message, choices) => {
      const place = await put(({ autocomplete }, streams) =>
        autocomplete({ message, options: optionsOf(choices), maxItems: MOST_SHOWN, ...streams }),
      );
      return place === BACK ? BACK : valueAt(choices, place);
    },
    chooseSome: async (message, choices) => {
      const places = await put(({ multiselect }, streams) =>
        multiselect({ message, options: optionsOf(choices), maxItems: MOST_SHOWN, required: false, ...streams }),
      );
      return places === BACK ? BACK : places.map((place) => valueAt(choices, place));
    },
    write: async (message, { example, complaint }) =>
      put(({ text }, streams) =>
        text({ message, placeholder: example, validate: (typed = '') => complaint(typed), ...streams }),
      ),
    show: async (text) => {
      display.pause();
      await write(surroundings.terminal.stderr, text);
      display.resume();
    },
  };
}

/** Choices stand for their places: a value may be anything. */
function optionsOf(choices: readonly Choice<unknown>[]) {
  return choices.map(({ label, hint }, value) => ({ value, label, ...(hint === undefined ? {} : { hint }) }));
}

function valueAt<Value>(choices: readonly Choice<Value>[], place: number): Value {
  const choice = choices[place];
  if (choice === undefined) throw new RangeError(`There is no choice ${place}.`);
  return choice.value;
}
