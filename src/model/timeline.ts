/** One thing that happened while a command worked, in the order in which it began. */
export interface TimelineEntry {
  /** `waiting`: something had to be waited for, and who held it. `section`: a part of the run, such as a migration. */
  readonly kind: 'section' | 'step' | 'waiting' | 'note';
  readonly title: string;
  /** Milliseconds after the command began. */
  readonly startMs: number;
  /** Of a wait, until the next thing happened. Null for a note and a section, which have no end of their own. */
  readonly durationMs: number | null;
  /** What came of it. */
  readonly detail?: string;
}
