import { text } from 'node:stream/consumers';

/** All of standard input. */
export async function readInput(): Promise<string> {
  return await text(process.stdin);
}
