import { MsgdbError } from '../../model/errors.ts';

const LEAST_MS = 1_000;
const MOST_MS = 24 * 3_600_000;

/** How the caller says it: as flags or as options. */
export interface KeepFenceWords {
  /** `--keep-fence` */
  readonly name: string;
  /** `--keep-fence 30m` */
  readonly example: string;
  /** `--build` */
  readonly build: string;
}

/**
 * How long a fence is kept, in milliseconds.
 * @throws MsgdbError MSGDB_USAGE where it is no time to deploy in, or longer than one takes.
 */
export function keepFenceMs(milliseconds: number, { name, example, build }: KeepFenceWords): number {
  if (milliseconds >= LEAST_MS && milliseconds <= MOST_MS) return milliseconds;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${name} is ${milliseconds / 1_000} s; it can be from 1s to 24h.`,
    why:
      milliseconds < LEAST_MS
        ? 'A fence that is over at once keeps nothing out.'
        : 'A fence is for the time until a deploy, and each write pays for it; an index keeps copies out for good.',
    fix:
      milliseconds < LEAST_MS
        ? `Write the time until the deploy is done, such as ${example}.`
        : `Build the index now, with ${build}.`,
  });
}
