import type { SizeCount } from '../../model/why.ts';
import { SIZE_STARTS } from '../../sql/explain/explain-copies.ts';

/** Groups by their number of copies, from what `sizeBucket` gave: the bucket, and how many groups are in it. */
export function sizesOf(buckets: readonly (readonly [bucket: number, groups: number])[]): readonly SizeCount[] {
  return SIZE_STARTS.flatMap((from, place) => {
    const groups = buckets.find(([bucket]) => bucket === place + 1)?.[1];
    const next = SIZE_STARTS[place + 1];
    return groups === undefined ? [] : [{ from, to: next === undefined ? null : next - 1, groups }];
  });
}
