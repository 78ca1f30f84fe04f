/**
 * What an index that msgdb makes for a time is for: `support` serves the fence's look-ups, `second` is built beside an
 * invalid one, `first` is that invalid one when the names have been swapped, `reference` finds the rows that refer to one
 * that goes.
 */
export type ScratchRole = 'support' | 'second' | 'first' | 'reference';

const SCRATCH = /^msgdb_(?:support|second|first|reference)_[0-9a-f]{10}$/;

/** Is it an index that msgdb makes for a time, and not one that anybody asked for? */
export function isScratchIndex(name: string): boolean {
  return SCRATCH.test(name);
}

/** Is it one that is needed for as long as rows are removed, and not only while an index is built? */
export function isReferenceIndex(name: string): boolean {
  return isScratchIndex(name) && name.startsWith('msgdb_reference_');
}
