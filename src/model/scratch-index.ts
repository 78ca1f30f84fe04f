/**
 * What an index that msgdb makes for the time of a build is for: `support` serves the fence's look-ups, `second` is
 * built beside an invalid one, `first` is that invalid one when the names have been swapped.
 */
export type ScratchRole = 'support' | 'second' | 'first';

const SCRATCH = /^msgdb_(?:support|second|first)_[0-9a-f]{10}$/;

/** Is it an index that msgdb makes for the time of a build, and not one that anybody asked for? */
export function isScratchIndex(name: string): boolean {
  return SCRATCH.test(name);
}
