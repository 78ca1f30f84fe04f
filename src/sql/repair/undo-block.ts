import { z } from 'zod';
import { archivedImages } from '../../model/archived-images.ts';
import type { TableImage } from '../../model/dedupe.ts';
import type { RowEntry } from '../../model/ledger.ts';
import { isSameTable } from '../../model/table-name.ts';
import { absorbLosers } from '../dedupe/absorb.ts';
import { type OpenedEntry, openedBy } from '../history-schema.ts';
import { OWN } from '../own-schema.ts';
import { quoteLiteral, quoteTable } from '../quote.ts';
import { type Restoration, restoreRows, waitingFor } from '../restore.ts';
import { refillsRemoved } from '../triggers.ts';
import { block, dollarQuote, executeUsing } from './block.ts';
import { CLOSE_BLOCK, DECLARED_SETTINGS, openBlock } from './frame.ts';
import type { Repair } from './repair.ts';

/**
 * Undoes `repairBlock`: drops the index and puts every row back as it was, newest change first, by the ledger. Where a row
 * does not fit any more it fails, and all stays as it is.
 */
export function undoBlock(repair: Repair): string {
  const { build, runId } = repair;
  const index = quoteTable({ schema: build.table.schema, name: build.name });
  return block(
    repair.tables,
    [DECLARED_SETTINGS, 'entry record', 'waits boolean', "silenced text[] := '{}'", 'enable text'],
    [
      ...openBlock(repair, build.table, 'access exclusive'),
      `if exists (select from pg_index where indexrelid = to_regclass(${quoteLiteral(index)})
                  and indrelid = ${quoteLiteral(quoteTable(build.table))}::regclass) then
  drop index ${index};
end if;`,
      `if to_regclass('${OWN}.ledger') is not null then`,
      ...silenceTriggers(repair),
      '-- Rows may refer to rows that are not back yet.',
      'set constraints all deferred;',
      `for entry in select id, kind, object from ${OWN}.ledger
              where run_id = ${quoteLiteral(runId)} and undone_at is null and kind in ('removed', 'updated') order by id desc loop`,
      ...restoreEach(repair),
      `update ${OWN}.ledger set restored_count = row_count, undone_at = clock_timestamp() where id = entry.id;`,
      'end loop;',
      'set constraints all immediate;',
      'foreach enable in array silenced loop execute enable; end loop;',
      `update ${OWN}.ledger set undone_at = clock_timestamp() where run_id = ${quoteLiteral(runId)} and undone_at is null;`,
      'end if;',
      CLOSE_BLOCK,
    ],
  );
}

/** The kinds of entries are known when it is written; which of them there are, and their numbers, when it is run. */
function restoreEach({ dedupe, runId }: Repair): readonly string[] {
  const origin = { runId, migration: null, operation: null };
  const opened = openedBy(absorbLosers(dedupe, 0, origin).map(({ statement }) => statement));
  const images = archivedImages(dedupe);
  const branches = opened.flatMap((each, place) => {
    const restoration = restorationOf(each, runId, images);
    if (!restoration) return [];
    return [
      `${place === 0 ? 'if' : 'elsif'} entry.kind = '${each.kind}' and entry.object = ${quoteLiteral(each.object)}::jsonb then`,
      ...restore(restoration),
    ];
  });
  return [
    ...branches,
    'else',
    `  raise exception 'msgdb: the ledger has an entry that this migration did not write: %', entry.id;`,
    'end if;',
  ];
}

const objectSchema = z.object({
  table: z.object({ schema: z.string(), name: z.string() }),
  archive: z.string(),
  refersTo: z
    .array(
      z.object({
        archive: z.string(),
        columns: z.array(z.string()),
        referenced: z.array(z.string()),
        array: z.boolean(),
      }),
    )
    .optional(),
});

function restorationOf(
  { kind, object }: OpenedEntry,
  runId: string,
  images: readonly TableImage[],
): Restoration | undefined {
  const { table, archive, refersTo } = objectSchema.parse(JSON.parse(object));
  const image = images.find((each) => isSameTable(each.table, table));
  if (!image) return undefined;
  const entry: RowEntry = {
    id: 0,
    runId,
    migration: undefined,
    operation: undefined,
    kind,
    table,
    archive,
    rows: 0,
    refersTo,
  };
  return { entry, table: image, columns: image.columns, referencedBy: [] };
}

function restore(restoration: Restoration): readonly string[] {
  const { table, runId } = restoration.entry;
  const label = quoteTable(table);
  return [
    executeUsing(restoreRows(restoration).text, 'entry.id::text'),
    `execute ${dollarQuote(`select exists (${waitingFor(restoration)})`, 'sql')} into waits using entry.id::text;`,
    `if waits then
  raise exception using message = ${quoteLiteral(`msgdb: rows of ${label}, or what they refer to, are no longer as they were left`)},
    hint = ${quoteLiteral(`Nothing was undone. Restore what fits instead: msgdb archive restore ${runId}`)};
end if;`,
  ];
}

/** What would change a row on its way back, or write one that comes back, is turned off while nothing waits to be checked. */
function silenceTriggers({ tables, runId }: Repair): readonly string[] {
  const named = tables.map((table) => `${quoteLiteral(quoteTable(table))}::regclass`).join(', ');
  return [
    '-- Triggers would change rows on their way back, or write others in their place.',
    `for entry in select tgrelid::regclass::text as of, tgname, tgenabled from pg_trigger t
              where tgrelid in (${named}) and not tgisinternal and tgenabled in ('O', 'A')
                and (tgtype & 3 = 3 and tgtype & 20 <> 0 or ${refillsRemoved(quoteLiteral(runId))})
                and exists (select from ${OWN}.ledger where run_id = ${quoteLiteral(runId)} and undone_at is null and kind in ('removed', 'updated'))
              order by 1, 2 loop
  execute format('alter table %s disable trigger %I', entry.of, entry.tgname);
  silenced := silenced || format('alter table %s enable %strigger %I', entry.of, case entry.tgenabled when 'A' then 'always ' else '' end, entry.tgname);
end loop;`,
  ];
}
