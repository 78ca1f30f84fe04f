import { readFences } from '../../catalog/read-fences.ts';
import { countOf } from '../../model/count-of.ts';
import { isKept } from '../../model/kept-fence.ts';
import type { FenceReport } from '../../model/report.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport } from '../reports/make-report.ts';
import { entryOf } from './fence-entry.ts';

/** Lists the fences that were kept until a deploy. */
export async function fenceList(context: Context): Promise<FenceReport> {
  return await makeReport(context, async () => {
    const all = await connectToRead(context, 'fence', async (workplace) => readOnly(workplace, readFences));
    const fences = all.flatMap(({ kept }) => kept ?? []);
    const standing = fences.filter(isKept).length;
    const over = fences.length - standing;
    const summary =
      fences.length === 0
        ? 'no fence is kept'
        : `${countOf(standing, 'fence')} kept${over > 0 ? `, ${over} to be cleared away` : ''}`;
    const next = fences.length > 0 ? 'msgdb fence drop' : undefined;
    return {
      command: 'fence',
      action: 'list',
      fences: fences.map(entryOf),
      ...conclude({ findings: [], summary, next }),
    };
  });
}
