import { readLinks } from '../../catalog/read-links.ts';
import { readObjects } from '../../catalog/read-objects.ts';
import { readPresent, readSearchPath } from '../../catalog/read-present.ts';
import type { Demand } from '../../model/demand.ts';
import type { PendingScript } from '../../model/pending-script.ts';
import { functionsIn, namesIn, schemasIn } from '../../resolve/pending/names-in.ts';
import { readDemands } from '../../resolve/pending/read-demands.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { readNotValid } from '../../sql/pending/read-not-valid.ts';
import { lookAtDemand } from './look-at-demand.ts';
import type { Looked } from './looked.ts';

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
  const names = namesIn(scripts);
  const read = await readOnly(workplace, async (db) => ({
    present: await readPresent(db, names),
    links: await readLinks(db, names, functionsIn(scripts)),
    objects: await readObjects(db, names, schemasIn(scripts)),
    path: [...new Set([workplace.settings.schema, ...(await readSearchPath(db))])],
  }));
  const beginning = { ...read, notValid: await readNotValid(read.links) };
  const seen: LookedAt[] = [];
  for (const demand of readDemands(scripts, beginning).filter(of)) {
    const looked = await lookAtDemand(workplace, demand, samples);
    // Of an INSERT only its keys are asked: that they fit does not say that it succeeds.
    if (demand.ask.kind !== 'insert' || looked.statement.status !== 'ok') seen.push({ demand, looked });
  }
  return seen;
}
