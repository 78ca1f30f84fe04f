import type { Argument, Command, CommandFamily } from '../definition/command.ts';
import type { Flag } from '../definition/flag.ts';

/** What may stand at one place of the command line: after `msgdb`, after `msgdb archive`, after `msgdb migrate`. */
export interface Place {
  /** The words before it: `` (after `msgdb` alone), `archive`, `archive show`. */
  readonly path: string;
  readonly words: readonly Word[];
  readonly flags: readonly CompletedFlag[];
  /** Do its arguments name files? */
  readonly takesFiles: boolean;
}

/** Places whose words lead no further. */
export const ENDS: ReadonlySet<string> = new Set(['help', 'completion']);

export interface Word {
  readonly word: string;
  readonly meaning: string;
}

export interface CompletedFlag {
  /** `--database-url`, and `-u` where it has one. */
  readonly long: string;
  readonly short: string | undefined;
  readonly meaning: string;
  readonly repeatable: boolean;
  readonly value: Value;
}

/** What follows a flag. An optional value is not offered: the next word may as well be another's. */
export type Value =
  | { readonly kind: 'none' }
  | { readonly kind: 'text' | 'files' | 'folders'; readonly name: string }
  | { readonly kind: 'choices'; readonly name: string; readonly choices: readonly string[] };

export interface Grammar {
  readonly commands: readonly Command[];
  readonly families: readonly CommandFamily[];
  readonly globalFlags: readonly Flag[];
  /** Words that stand beside the commands: `help`, `completion`. */
  readonly more: readonly Word[];
  /** What may stand after `msgdb completion`. */
  readonly shells: readonly string[];
}

/** Every place of the command line, the one after `msgdb` first. */
export function placesOf({ commands, families, globalFlags, more, shells }: Grammar): readonly Place[] {
  const always = globalFlags.map(completeFlag);
  const names = [...new Set(commands.map(({ name }) => firstWord(name)))];
  const meaning = new Map([...commands, ...families].map(({ name, summary }) => [name, summary]));
  const wordsOf = (list: readonly string[]) => list.map((word) => ({ word, meaning: meaning.get(word) ?? '' }));
  return [
    { path: '', words: [...wordsOf(names), ...more], flags: always, takesFiles: false },
    {
      path: 'completion',
      words: shells.map((word) => ({ word, meaning: `script for ${word}` })),
      flags: always,
      takesFiles: false,
    },
    { path: 'help', words: wordsOf(names), flags: always, takesFiles: false },
    ...families.map(({ name }) => ({
      path: name,
      words: commands
        .filter((each) => each.name.startsWith(`${name} `))
        .map((each) => ({ word: each.name.slice(name.length + 1), meaning: each.summary })),
      flags: always,
      takesFiles: false,
    })),
    ...commands.map((command) => ({
      path: command.name,
      words: [],
      flags: [...command.flags.filter(({ hidden }) => !hidden).map(completeFlag), ...always],
      takesFiles: command.arguments.some(namesFiles),
    })),
  ];
}

/** The names of the flags that a value follows. */
export function namesWithValue(flags: readonly CompletedFlag[]): readonly string[] {
  return namesOf(flags.filter(({ value }) => value.kind !== 'none'));
}

export function namesOf(flags: readonly CompletedFlag[]): readonly string[] {
  return flags.flatMap(({ short, long }) => (short === undefined ? [long] : [short, long]));
}

function completeFlag({ usage, meaning, repeatable, choices }: Flag): CompletedFlag {
  const [, short, long = '', name] = /^(?:(-\w), )?(--[\w-]+)(?: <(.+)>)?/.exec(usage) ?? [];
  return { long, short, meaning, repeatable: repeatable === true, value: takenBy(name, choices) };
}

function takenBy(name: string | undefined, choices: readonly string[] | undefined): Value {
  if (name === undefined) return { kind: 'none' };
  if (choices) return { kind: 'choices', name, choices };
  if (/^(?:FILE|REPORT|TARGETS)$/.test(name)) return { kind: 'files', name };
  return { kind: name === 'DIR' ? 'folders' : 'text', name };
}

function namesFiles({ usage }: Argument): boolean {
  return usage.includes('PATH');
}

function firstWord(name: string): string {
  return name.split(' ')[0] ?? name;
}
