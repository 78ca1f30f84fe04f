import type { Readable, Writable } from 'node:stream';
import type { Host, Viewer } from './look.ts';

/** A stream that text goes to. */
export type Output = Writable & Viewer;

/** Where the program runs: its streams and surroundings, the parts of `process` that are used. */
export interface Terminal extends Host {
  readonly stdin: Readable & Viewer;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Writes text and waits until it has left the process, or the reader has closed the pipe. */
export async function write(stream: Output, text: string): Promise<void> {
  if (text === '' || !stream.writable) return;
  await new Promise<void>((resolve) => {
    stream.write(text, () => resolve());
  });
}

/**
 * Ends quietly when a reader goes away (`| head`): writing then fails with EPIPE. Other failures of a stream are
 * thrown.
 * @param onGone called once for stdout, so that work can stop when its report is not read any more.
 */
export function tolerateClosedPipes(terminal: Terminal, onGone: () => void): void {
  terminal.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    onGone();
  });
  terminal.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
