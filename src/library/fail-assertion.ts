import { AssertionError } from 'node:assert';

interface Problem {
  readonly message: string;
  readonly fix?: string | null;
}

/**
 * Fails a test: every runner knows this error, and shows its text; `stackStartFn` leaves the helper out of the stack.
 * @throws AssertionError
 */
export function failAssertion(
  stackStartFn: (...args: never[]) => unknown,
  summary: string,
  problems: readonly Problem[],
): never {
  const lines = problems.map(({ message, fix }) => `- ${message}${fix ? ` ${fix}` : ''}`);
  throw new AssertionError({ message: [summary, ...lines].join('\n'), stackStartFn: stackStartFn as () => unknown });
}
