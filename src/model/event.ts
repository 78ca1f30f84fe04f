import type { OutcomeCounts } from './outcome-counts.ts';

/** What a long step reports while it works. `cli` shows events on stderr; programs may log them. */
export type RunEvent =
  /** From here on changes are made, and recorded under this id, the one that an undo names. */
  | { readonly kind: 'run-started'; readonly runId: string }
  | { readonly kind: 'step-started'; readonly title: string; readonly table?: string }
  /** `counts`: what came of it, where something did. */
  | {
      readonly kind: 'step-done';
      readonly title: string;
      readonly table?: string;
      readonly durationMs: number;
      readonly detail?: string;
      readonly counts?: OutcomeCounts;
    }
  | {
      readonly kind: 'progress';
      readonly title: string;
      readonly table?: string;
      readonly done: number;
      readonly total?: number;
    }
  /** `queries`: what those who are waited for run; they may hold row contents. */
  | {
      readonly kind: 'waiting';
      readonly message: string;
      readonly table?: string;
      readonly queries?: readonly string[];
    }
  | { readonly kind: 'note'; readonly message: string; readonly queries?: readonly string[] }
  /** What the server said besides, as it came. */
  | { readonly kind: 'server-message'; readonly message: ServerMessage }
  /** Things with names, to be shown as two aligned columns. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [name: string, text: string])[] }
  /** Heading of a part of a longer story: a migration that starts, a chapter of the demo. */
  | { readonly kind: 'section'; readonly title: string };

/** A NOTICE, WARNING or INFO of the server's. What a function raised may hold row contents. */
export interface ServerMessage {
  readonly severity: string;
  readonly text: string;
  readonly from: 'server' | 'function';
}

/** Receives events; must not throw. */
export type Listener = (event: RunEvent) => void;
