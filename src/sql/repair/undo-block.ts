import { z } from 'zod';
import { archivedImages } from '../../model/archived-images.ts';
import type { TableImage } from '../../model/dedupe.ts';
import type { RowEntry } from '../../model/ledger.ts';
import { isSameTable } from '../../model/table-name.ts';
import { absorbLosers } from '../dedupe/absorb.ts';
import { type OpenedEntry, openedBy } from '../history-schema.ts';
import { inlineValues } from '../inline-values.ts';
import { quoteLiteral, quoteTable } from '../quote.ts';
import { type Restoration, restoreRows, waitingFor } from '../restore.ts';
import { changingTriggers } from '../triggers.ts';
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
    [DECLARED_SETTINGS, 'entry record', 'waits boolean'],
    [
      ...openBlock(repair, build.table, 'access exclusive'),
      `if exists (select from pg_index where indexrelid = to_regclass(${quoteLiteral(index)})
                  and indrelid = ${quoteLiteral(quoteTable(build.table))}::regclass) then
  drop index ${index};
end if;`,
      "if to_regclass('msgdb.ledger') is not null then",
      `for entry in select id, kind, object from msgdb.ledger
              where run_id = ${quoteLiteral(runId)} and undone_at is null and kind in ('removed', 'updated') order by id desc loop`,
      ...restoreEach(repair),
      `update msgdb.ledger set restored_count = row_count, undone_at = clock_timestamp() where id = entry.id;`,
      'end loop;',
      `update msgdb.ledger set undone_at = clock_timestamp() where run_id = ${quoteLiteral(runId)} and undone_at is null;`,
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
  const { kind, table, runId } = restoration.entry;
  const label = quoteTable(table);
  const triggers = inlineValues(changingTriggers(table, kind === 'removed' ? 'insert' : 'update')).replace(/;$/, '');
  return [
    `if exists (${triggers}) then
  raise exception using message = ${quoteLiteral(`msgdb: a trigger of ${label} would change its rows on their way back`)},
    hint = ${quoteLiteral(`Nothing was undone. Disable it meanwhile: alter table ${label} disable trigger user. Or restore what fits: msgdb archive restore ${runId}`)};
end if;`,
    executeUsing(restoreRows(restoration).text, 'entry.id::text'),
    `execute ${dollarQuote(`select exists (${waitingFor(restoration)})`, 'sql')} into waits using entry.id::text;`,
    `if waits then
  raise exception using message = ${quoteLiteral(`msgdb: rows of ${label}, or what they refer to, are no longer as they were left`)},
    hint = ${quoteLiteral(`Nothing was undone. Restore what fits instead: msgdb archive restore ${runId}`)};
end if;`,
  ];
}
