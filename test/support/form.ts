/** Whether tests that draw at random run in their full form; the short one is a sample of it. */
export const FULL = process.env.TEST_FORM === 'full';
