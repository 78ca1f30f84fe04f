/** The parts of a key, split at the commas that are neither in parentheses nor in quotes. */
export function splitKey(key: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const [token] of key.matchAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|[\s\S]/g)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === ',' && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${token}`);
  }
  return parts.map((part) => part.trim());
}
