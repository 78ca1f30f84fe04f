/** Whether runs are ended at every step boundary, and at many moments between: half an hour. */
export const EVERY = process.env.TEST_FORM === 'every';

/** Whether tests that draw at random run in their full form; the short one is a sample of it. */
export const FULL = process.env.TEST_FORM === 'full' || EVERY;

/** What tests draw from: TEST_SEED, or one that the run has chosen and printed. */
export function seedOfRun(): number {
  return Number(process.env.TEST_SEED);
}
