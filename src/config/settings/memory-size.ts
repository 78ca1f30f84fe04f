const BYTES = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 } as const;

export const MEMORY_FORM = 'an amount of memory such as 64MB or 1GB (at least 1MB)';

/** Bytes of an amount such as `64MB` or `1.5 GB`, by PostgreSQL's units of 1024; undefined when it is anything else. */
export function memoryBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(kb|mb|gb)$/i.exec(text.trim());
  if (!match) return undefined;
  const unit = (match[2] ?? '').toLowerCase() as keyof typeof BYTES;
  const bytes = Math.round(Number(match[1]) * BYTES[unit]);
  return bytes >= BYTES.mb && Number.isSafeInteger(bytes) ? bytes : undefined;
}
