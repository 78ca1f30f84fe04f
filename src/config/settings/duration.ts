import { DURATION_FORM, durationMs, explainDuration } from '../../model/duration.ts';
import { MsgdbError } from '../../model/errors.ts';

/**
 * Milliseconds of a duration such as `500ms`, `2s`, `1.5m` or `1h`; a bare `0` is zero.
 * @param name what the value belongs to, for the message: `--lock-wait`.
 * @throws MsgdbError MSGDB_USAGE when it is anything else, a number without a unit included.
 */
export function parseDuration(text: string, name = 'The duration'): number {
  const ms = durationMs(text);
  if (ms !== undefined) return ms;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `${name} is "${text}", which is not ${DURATION_FORM}.`,
    ...explainDuration(text),
  });
}
