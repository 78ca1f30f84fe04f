import type { Context } from '../../commands/context/context.ts';
import type { TableStatistics } from '../../model/discovery.ts';
import type { Look } from '../../report/look.ts';
import type { Outcome } from '../definition/command.ts';
import type { Asker } from '../terminal/asker.ts';
import type { Draft } from './draft.ts';

/** What every step of the guide is given. */
export interface Guide {
  readonly context: Context;
  readonly asker: Asker;
  /** Of what is shown between the questions. */
  readonly look: Look;
  /** Those that may be chosen. */
  readonly tables: readonly TableStatistics[];
  /** Rules that the migrations declare. */
  readonly rules: number;
}

/**
 * What came of a step. One that had nothing to ask is passed over on the way back as well. `again`: its answer was no
 * answer, and the reason has been shown.
 */
export type Step =
  | { readonly kind: 'asked'; readonly draft: Draft }
  | { readonly kind: 'nothing to ask'; readonly draft: Draft }
  | { readonly kind: 'again' }
  | { readonly kind: 'back' }
  | { readonly kind: 'end'; readonly outcome: Outcome };

/** One question, or a few that belong together. */
export type AskStep = (draft: Draft, guide: Guide) => Promise<Step>;
