import { readLinks } from '../../catalog/read-links.ts';
import { readObjects } from '../../catalog/read-objects.ts';
import { readPresent, readSearchPath } from '../../catalog/read-present.ts';
import type { PendingScript } from '../../model/pending-script.ts';
import { functionsIn, namesIn, schemasIn } from '../../resolve/pending/names-in.ts';
import type { Beginning } from '../../resolve/pending/read-demands.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import { readNotValid } from '../../sql/pending/read-not-valid.ts';

/** Reads what of the database scripts are followed from. */
export async function readBeginning(workplace: Workplace, scripts: readonly PendingScript[]): Promise<Beginning> {
  const names = namesIn(scripts);
  const read = await readOnly(workplace, async (db) => ({
    present: await readPresent(db, names),
    links: await readLinks(db, names, functionsIn(scripts)),
    objects: await readObjects(db, names, schemasIn(scripts)),
    path: [...new Set([workplace.settings.schema, ...(await readSearchPath(db))])],
  }));
  return { ...read, notValid: await readNotValid(read.links) };
}
