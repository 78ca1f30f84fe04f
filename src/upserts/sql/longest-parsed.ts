/** The target of an upsert, or a list in it, that is longer was not written by a person. */
export const LONGEST_TARGET = 4_000;

/** PostgreSQL's parser takes half a second for a statement of this length; files are read up to twice of it. */
export const LONGEST_STATEMENT = 1_000_000;
