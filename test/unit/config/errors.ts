import { MsgdbError } from '../../../src/model/errors.ts';

/** The MsgdbError that a call throws; anything else it throws, or nothing, fails the test. */
export async function errorOf(call: () => unknown): Promise<MsgdbError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof MsgdbError) return error;
    throw error;
  }
  throw new Error('Expected an MsgdbError, nothing was thrown.');
}

/** Everything a person could be shown of an error. */
export function wordsOf(error: MsgdbError): string {
  return [error.message, error.why, error.fix, error.stack, JSON.stringify(error.data)].join('\n');
}
