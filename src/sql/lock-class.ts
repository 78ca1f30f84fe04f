/** The first number of msgdb's advisory locks, "msgd": applications number theirs by ids of their own, which are small. */
export const LOCK_CLASS = 0x6d736764;
