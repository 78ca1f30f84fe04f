import { redactUrls } from '../config/redact.ts';
import { MsgdbError } from '../model/errors.ts';

/** What was thrown, as an error to show: anything unexpected is reported as a defect. */
export function asError(thrown: unknown, interruption?: { readonly signal: AbortSignal }): MsgdbError {
  if (thrown instanceof MsgdbError) return thrown;
  // What Node gives up because of a signal has the reason of the signal as its cause.
  if (thrown instanceof Error && thrown.name === 'AbortError' && thrown.cause instanceof MsgdbError)
    return thrown.cause;
  if (interruption?.signal.aborted && isOf(interruption.signal, thrown)) {
    return new MsgdbError('MSGDB_INTERRUPTED', { what: 'Interrupted.', cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return new MsgdbError('MSGDB_INTERNAL', { what: redactUrls(message), cause: thrown });
}

function isOf({ reason }: AbortSignal, thrown: unknown): boolean {
  return thrown === reason || (thrown instanceof Error && thrown.name === 'AbortError');
}
