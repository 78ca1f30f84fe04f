import { StringDecoder } from 'node:string_decoder';
import type { Output } from '../terminal/terminal.ts';

/** A stream that has one writer left. */
export interface TakenOver {
  /** Waits until the text has left the process, or nobody reads it any more. */
  write(text: string): Promise<void>;
  /** Gives what others wrote and did not end with a newline. */
  flush(): void;
}

/**
 * Takes a stream over: what anybody else writes to it, Node's own warnings and files of the user's among them, is given
 * line by line to `stray`; and nobody takes it for a terminal, to ask on or to draw on.
 */
export function takeOver(stream: Output, stray: (line: string) => void): TakenOver {
  const direct = stream.write.bind(stream);
  const decoder = new StringDecoder('utf8');
  let rest = '';

  function take(chunk: string | Uint8Array): void {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk)))).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) giveUnlessBlank(line);
  }
  function giveUnlessBlank(line: string): void {
    if (line.trim() !== '') stray(line);
  }
  function replaced(chunk: string | Uint8Array, ...more: readonly unknown[]): boolean {
    take(chunk);
    const done = more.at(-1);
    if (typeof done === 'function') process.nextTick(() => done());
    return true;
  }
  Object.defineProperties(stream, {
    write: { value: replaced, configurable: true },
    isTTY: { value: false, configurable: true },
  });
  return {
    write: async (text) => {
      if (!stream.writable) return;
      await new Promise<void>((resolve) => {
        direct(text, () => resolve());
      });
    },
    flush: () => {
      giveUnlessBlank(rest);
      rest = '';
    },
  };
}
