/** Which rows a guard is asked of, where it is not all. Bounds are PostgreSQL's own expressions over the columns. */
export interface GuardScope {
  /** Those that will be in the partition with this bound. */
  readonly inside?: string;
  /** Those that are now in this partition, or below it, by its oid. */
  readonly from?: number;
  /** Those that will not be within this bound. */
  readonly outside?: string;
  /** Those that stay in their partition, or go to another one. */
  readonly moved?: 'stays' | 'goes';
  readonly leaves?: readonly { readonly oid: number; readonly bound: string | undefined }[];
  /** The WHEN of a trigger, over `old` and `new`. */
  readonly when?: string;
}
