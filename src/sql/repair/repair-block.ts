import { archivedImages } from '../../model/archived-images.ts';
import type { Dedupe } from '../../model/dedupe.ts';
import type { Limit } from '../../model/operations/common.ts';
import type { IndexBuild } from '../../model/plan.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { absorbLosers } from '../dedupe/absorb.ts';
import { suspectHashes } from '../dedupe/find-groups.ts';
import { keyedRows, keyNames } from '../dedupe/keyed.ts';
import { assertRemoved, dropWorkTables, rankAllInScript, SCRIPT_RANKED, scripted } from '../dedupe-script.ts';
import { createArchive, createHistoryTables, dropEmptyEntries, openEntry, openRun } from '../history-schema.ts';
import { createIndex } from '../index-ddl.ts';
import { OWN } from '../own-schema.ts';
import { quoteLiteral, quoteTable } from '../quote.ts';
import { covered, rowsOf } from '../relation.ts';
import { partSql } from '../terms.ts';
import { block, dollarQuote, inBlock } from './block.ts';
import { CLOSE_BLOCK, DECLARED_SETTINGS, openBlock } from './frame.ts';
import type { Repair } from './repair.ts';
import { describeShape } from './table-shape.ts';

const TRIAL = 'msgdb_trial';
/** As many as a run makes while the application writes: each may make copies for the next one where a key refers to its own table. */
const PASSES = 20;
const ALWAYS_ALLOWED = 10;
/** Read while looking for children: half a second, about. */
const PAGES_WORTH_AN_INDEX = 50_000;
const DEFAULT_SHARE = 0.5;

/**
 * Makes a rule true, as one statement: locks the table, removes the copies that are there when it is run, and builds the
 * index. Done again, it finds the index and does nothing. What msgdb looks at while it works is asserted: where rows or
 * tables are not such that it can be done, it fails, and nothing is changed.
 */
export function repairBlock(repair: Repair): string {
  const { build, dedupe } = repair;
  const label = quoteTable(build.table);
  return block(
    repair.tables,
    [
      DECLARED_SETTINGS,
      'present text',
      'differing text[]',
      'losers bigint',
      'removed bigint := 0',
      'most bigint',
      'found_copies boolean',
    ],
    [
      ...openBlock(repair, build.table, 'share row exclusive'),
      ...refuseHidden(repair),
      '-- An empty table of the same columns shows how this server writes the index, and that it can be built.',
      ...makeTrial(repair),
      ...findPresent(repair),
      'if present is null then',
      ...clearName(repair),
      `execute ${dollarQuote(`select exists (${suspects(dedupe)})`, 'sql')} into found_copies;`,
      'if found_copies then',
      ...refuseOtherShape(repair),
      ...makeRoom(repair),
      ...removeAll(repair),
      'end if;',
      inBlock(createIndex(build)),
      'end if;',
      CLOSE_BLOCK,
      `raise notice '%', case when present is not null then format('msgdb: %s keeps copies out of %s already', present, ${quoteLiteral(label)})
  else format('msgdb: %s rows removed from %s, and the index is built%s', removed, ${quoteLiteral(label)},
              case when removed > 0 then ${quoteLiteral(`; they are archived: msgdb archive show ${repair.runId}`)} else '' end) end;`,
    ],
  );
}

/** Where policies hide rows, the one that is kept might be hidden. */
function refuseHidden({ tables }: Repair): readonly string[] {
  return tables.map(
    (table) =>
      `if row_security_active(${quoteLiteral(quoteTable(table))}::regclass) then raise exception 'msgdb: row-level security hides rows of % from this role', ${quoteLiteral(quoteTable(table))}; end if;`,
  );
}

function makeTrial({ build }: Repair): readonly string[] {
  const trial = { ...build, table: { schema: 'pg_temp', name: TRIAL }, name: `${TRIAL}_key`, partitioned: false };
  return [
    `create temporary table ${TRIAL} (like ${quoteTable(build.table)} including storage including compression) on commit drop;`,
    inBlock(createIndex(trial)),
  ];
}

/** By what it means, whatever its name; one that is not valid, or deferrable, does not keep copies out. */
function findPresent({ build }: Repair): readonly string[] {
  const tail = (index: string): string => `substring(pg_get_indexdef(${index}) from ' USING (.*)$')`;
  return [
    `select i.indexrelid::regclass::text into present
  from pg_index i
 where i.indrelid = ${quoteLiteral(quoteTable(build.table))}::regclass
   and i.indisunique and i.indisvalid and i.indisready and i.indimmediate
   and ${tail('i.indexrelid')} = ${tail(`'pg_temp.${TRIAL}_key'::regclass`)}
 limit 1;`,
    `drop table pg_temp.${TRIAL};`,
  ];
}

/** What a failed concurrent build has left goes; anything else of that name is somebody's. */
function clearName({ build }: Repair): readonly string[] {
  const index = quoteTable({ schema: build.table.schema, name: build.name });
  return [
    `if exists (select from pg_index where indexrelid = to_regclass(${quoteLiteral(index)}) and not indisvalid
                  and indrelid = ${quoteLiteral(quoteTable(build.table))}::regclass) then
  drop index ${index};
elsif to_regclass(${quoteLiteral(index)}) is not null then
  raise exception 'msgdb: the name % is taken, and not by an index that keeps these copies out', ${quoteLiteral(index)};
end if;`,
  ];
}

function suspects({ key }: Dedupe): string {
  return key.grouping === 'sort'
    ? `select from (${keyedRows(key)}) keyed group by ${keyNames(key).join(', ')} having count(*) > 1`
    : `select from (${suspectHashes(key)}) suspects`;
}

function refuseOtherShape({ tables, shape }: Repair): readonly string[] {
  const known = `jsonb_array_elements_text(${quoteLiteral(JSON.stringify(shape))}::jsonb)`;
  const { text, values } = describeShape(tables);
  const now = text.replace('$1', quoteLiteral(String(values[0])));
  return [
    '-- Rows are removed as the tables were when this was written: a column that came later would not be archived, a foreign',
    '-- key not re-pointed.',
    `with now as (${now}), known as (select * from ${known} as listed(shape))
select array_agg(line order by line) into differing
  from (select 'now: ' || shape as line from (select shape from now except select shape from known) added
        union all
        select 'then: ' || shape from (select shape from known except select shape from now) gone) lines;`,
    `if differing is not null then
  raise exception using message = 'msgdb: tables have changed since this migration was written: ' || array_to_string(differing, '; '),
    hint = 'Nothing was removed. Write it again: msgdb new … --emit.';
end if;`,
  ];
}

function makeRoom({ runId, dedupe }: Repair): readonly string[] {
  return [
    `if to_regnamespace('${OWN}') is null then create schema ${OWN}; end if;`,
    `if to_regclass('${OWN}.archives') is null then`,
    ...createHistoryTables().map(inBlock),
    'end if;',
    inBlock(openRun(runId)),
    ...archivedImages(dedupe).flatMap(createArchive).map(inBlock),
  ];
}

function removeAll(repair: Repair): readonly string[] {
  const { dedupe, runId, limit, support } = repair;
  const origin = { runId, migration: null, operation: null };
  const { key } = dedupe;
  return [
    limitSql(key, limit),
    `for pass in 1..${PASSES + 1} loop`,
    ...rankAllInScript(dedupe).map(inBlock),
    `select count(*) filter (where rank > 1) into losers from ${SCRIPT_RANKED};`,
    'exit when losers = 0;',
    ...support.flatMap(buildSupport),
    `if pass > ${PASSES} then raise exception 'msgdb: after ${PASSES} passes there are still copies'; end if;`,
    'removed := removed + losers;',
    `if removed > most then
  raise exception using message = format('msgdb: %s rows of %s would be removed, and the limit is %s.', removed, ${quoteLiteral(quoteTable(key.table))}, most),
    hint = 'Nothing was removed. If it is right, write the migration again with --limit.';
end if;`,
    ...absorbLosers(dedupe, 0, origin).map(scripted).map(inBlock),
    ...(typeof dedupe.losers === 'object' ? [] : [inBlock(scripted(assertRemoved(dedupe)))]),
    'end loop;',
    ...[dropEmptyEntries(runId), dropWorkTables(), statement('set constraints all immediate')].map(inBlock),
    ...support.map(({ table, name }) => `drop index if exists ${quoteTable({ schema: table.schema, name })};`),
    inBlock(builtEntry(repair)),
  ];
}

/**
 * PostgreSQL looks for rows that refer to one that goes, and without an index reads the whole table for each of them. In the
 * first pass nothing has been changed yet: an index cannot be built on a table with pending trigger events (55006).
 */
function buildSupport(build: IndexBuild): readonly string[] {
  const child = quoteLiteral(quoteTable(build.table));
  return [
    `if pass = 1 and losers * (select coalesce(sum(pg_relation_size(relid)), pg_relation_size(${child}))
                           from pg_partition_tree(${child})) / current_setting('block_size')::integer > ${PAGES_WORTH_AN_INDEX}
   and (select pg_has_role(relowner, 'usage') from pg_class where oid = ${child}::regclass) then`,
    `drop index if exists ${quoteTable({ schema: build.table.schema, name: build.name })};`,
    inBlock(createIndex(build)),
    'end if;',
  ];
}

function builtEntry({ runId, build }: Repair): Statement {
  return openEntry({ runId, migration: null, operation: null }, 'built-index', {
    table: build.table,
    index: build.name,
  });
}

/** Of the rows that are there when it is run. */
function limitSql(key: Dedupe['key'], limit: Limit | undefined): string {
  if (limit && 'losers' in limit) return `most := ${limit.losers};`;
  const share = limit?.share ?? DEFAULT_SHARE;
  if (share >= 1) return `most := ${Number.MAX_SAFE_INTEGER};`;
  const allowed = `floor(count(*) * ${share})`;
  const most = limit ? allowed : `greatest(${allowed}, ${ALWAYS_ALLOWED})`;
  return `select ${most} into most from ${rowsOf(key)} where ${covered(key, key.columns.map(partSql))};`;
}
