import { crc32 } from 'node:zlib';
import type { Listed } from './runner.ts';

export function foldersIn(listing: readonly string[]): readonly Listed[] {
  return listing
    .flatMap((path) => {
      const name = /^([^/]+)\/migration\.sql$/.exec(path)?.[1];
      return name === undefined ? [] : [{ name, path, version: name }];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export function numbered(listing: readonly string[], pattern: RegExp): readonly Listed[] {
  return listing
    .flatMap((path) => {
      const version = pattern.exec(path)?.[1];
      return version === undefined ? [] : [{ name: nameOf(path).replace(/\.up$/, ''), path, version }];
    })
    .toSorted((a, b) => compareVersions(a.version, b.version) || (a.name < b.name ? -1 : 1));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.sql$/, '');
}

/** `20260102030405` as milliseconds. */
export function momentOf(name: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(name) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** `1_02.0` is 1.2: zeros in front and at the end do not count. */
export function plainVersion(version: string): string {
  const parts = version.split(/[._]/).map((part) => BigInt(part === '' ? 0 : part));
  while (parts.length > 1 && parts.at(-1) === 0n) parts.pop();
  return parts.join('.');
}

export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let place = 0; place < Math.max(left.length, right.length); place += 1) {
    const [one, other] = [BigInt(left[place] ?? 0), BigInt(right[place] ?? 0)];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

/** CRC-32 of the lines without what ends them, as a signed number. */
export function checksum(text: string): number {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return crc32(lines.join('')) | 0;
}

/** The lines after one and before another; the others are left empty, so that lines keep their numbers. */
export function between(text: string, begin: RegExp, end: RegExp): string {
  let inside = false;
  const lines = text.split('\n').map((line) => {
    if (begin.test(line)) inside = true;
    else if (end.test(line)) inside = false;
    return inside ? line : '';
  });
  return lines.join('\n');
}
