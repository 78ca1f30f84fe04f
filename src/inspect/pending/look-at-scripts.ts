import type { Demand } from '../../model/demand.ts';
import type { PendingScript } from '../../model/pending-script.ts';
import { readDemands } from '../../resolve/pending/read-demands.ts';
import type { Workplace } from '../../session/workplace.ts';
import { lookAtDemand } from './look-at-demand.ts';
import type { Looked } from './looked.ts';
import { readBeginning } from './read-beginning.ts';

/** What one statement needs, and what was seen. */
export interface LookedAt {
  readonly demand: Demand;
  readonly looked: Looked;
}

export interface LookAtScripts {
  readonly samples: number;
  /** Which demands are looked at; all, if left out. */
  readonly of?: (demand: Demand) => boolean;
}

/** Follows scripts over the tables of the database, and looks at what each of their statements will meet. */
export async function lookAtScripts(
  workplace: Workplace,
  scripts: readonly PendingScript[],
  { samples, of = () => true }: LookAtScripts,
): Promise<readonly LookedAt[]> {
  const beginning = await readBeginning(workplace, scripts);
  const seen: LookedAt[] = [];
  for (const demand of readDemands(scripts, beginning).filter(of)) {
    const looked = await lookAtDemand(workplace, demand, samples);
    // Of an INSERT triggers and computed values are not asked: that its rows fit does not say that it succeeds.
    if (demand.ask.kind !== 'insert' || looked.statement.status !== 'ok') seen.push({ demand, looked });
  }
  return seen;
}
