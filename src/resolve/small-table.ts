/** A larger table is not even looked at: its pages may not be in memory. */
export const SMALL_TABLE_BYTES = 32 * 1024 * 1024;
