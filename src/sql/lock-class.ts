/** The first number of msgdb's advisory locks, "msgd": applications number theirs by ids of their own, which are small. */
export const LOCK_CLASS = 0x6d736764;

/** Held by the one run that works on a database. Its second number, "b/1", is above all process ids, by which races are numbered. */
export const RUN_LOCK = [LOCK_CLASS, 0x622f31] as const;
