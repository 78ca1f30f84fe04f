/**
 * Says once, for every library that looks at the environment for itself (prompts, Node's own warnings about variables
 * that contradict each other), what `terminalLook` decides: the flag among the words typed, then FORCE_COLOR, then NO_COLOR.
 */
export function settleColour(env: Record<string, string | undefined>, words: readonly string[]): void {
  if (words.includes('--no-color')) {
    env.NO_COLOR = '1';
    delete env.FORCE_COLOR;
  } else if (env.FORCE_COLOR) {
    delete env.NO_COLOR;
  }
}
