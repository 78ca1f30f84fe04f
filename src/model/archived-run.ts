/** A run that has rows in the archive, and how many of each kind. */
export interface ArchivedRun {
  readonly runId: string;
  readonly command: string;
  readonly startedAt: string;
  readonly by: string;
  readonly tables: readonly {
    readonly table: string;
    readonly removed: number;
    readonly updated: number;
    readonly created: number;
    readonly restored: number;
  }[];
}
