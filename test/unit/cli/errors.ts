import { MsgdbError } from '../../../src/model/errors.ts';

/** The MsgdbError that a call throws; anything else it throws, or nothing, fails the test. */
export function errorOf(call: () => unknown): MsgdbError {
  try {
    call();
  } catch (error) {
    if (error instanceof MsgdbError) return error;
    throw error;
  }
  throw new Error('Expected an MsgdbError, nothing was thrown.');
}
