/** Starts to measure. Gives a function that says how many milliseconds have passed since. */
export function startTimer(): () => number {
  const started = performance.now();
  return () => performance.now() - started;
}
