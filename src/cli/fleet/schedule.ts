/** How the items of a list are worked on. */
export interface Pace<Item> {
  /** How many at a time. */
  readonly parallel: number;
  /** Items of one key are worked on one after the other; undefined: beside all others. */
  readonly keyOf: (item: Item) => string | undefined;
  /** Asked before each one: is no further one to be begun? */
  readonly stopped: () => boolean;
}

/** Works on all items, in their order, several at a time, and gives those that were not begun. `work` never throws. */
export async function schedule<Item>(
  items: readonly Item[],
  { parallel, keyOf, stopped }: Pace<Item>,
  work: (item: Item) => Promise<void>,
): Promise<readonly Item[]> {
  const waiting = [...items];
  const keys = new Set<string>();
  const running = new Set<Promise<void>>();
  function takeNext(): Item | undefined {
    if (running.size >= parallel) return undefined;
    const place = waiting.findIndex((item) => !keys.has(keyOf(item) ?? ''));
    return place < 0 ? undefined : waiting.splice(place, 1)[0];
  }
  while (waiting.length > 0 && !stopped()) {
    const item = takeNext();
    if (item === undefined) {
      await Promise.race(running);
      continue;
    }
    const key = keyOf(item);
    if (key !== undefined) keys.add(key);
    const run = work(item).finally(() => {
      if (key !== undefined) keys.delete(key);
      running.delete(run);
    });
    running.add(run);
  }
  await Promise.all(running);
  return waiting;
}
