/** Names the first part of a value that is no data and cannot leave the thread it was made in: `lockRetries is a function`. */
export function findWhatIsNotData(value: unknown): string | undefined {
  return find(value, '', new Set());
}

function find(value: unknown, path: string, seen: Set<unknown>): string | undefined {
  const kind = kindOf(value);
  if (kind) return `${path || 'its default export'} is ${kind}`;
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  for (const [name, part] of Object.entries(value)) {
    const found = find(part, path === '' ? name : `${path}.${name}`, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function kindOf(value: unknown): string | undefined {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (value instanceof Promise) return 'a promise that nothing waits for';
  if (value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) return 'a weak reference';
  return undefined;
}
