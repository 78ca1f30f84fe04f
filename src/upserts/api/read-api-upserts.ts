import { excerptOfCode } from '../excerpt.ts';
import { withClient } from '../known-client.ts';
import { JAVASCRIPT } from '../languages.ts';
import type { SourceText } from '../source-text.ts';
import { isParameter } from '../syntax/functions.ts';
import { readImports } from '../syntax/imports.ts';
import { calleeName } from '../syntax/read-call.ts';
import type { Reader } from '../syntax/reader.ts';
import type { CallValue } from '../syntax/value.ts';
import type { Upsert } from '../upsert.ts';
import { readActiveRecord, readFindOrCreate } from './active-record.ts';
import { readImport } from './activerecord-import.ts';
import { type ApiFile, type ApiReader, type ApiUpsert, NAMED_AT_RUN_TIME, readTarget } from './api-upsert.ts';
import { readBun } from './bun.ts';
import { readDiesel } from './diesel.ts';
import { readBulkCreate, readUpdateOrCreate } from './django.ts';
import { readDrizzle } from './drizzle.ts';
import { readEnt } from './ent.ts';
import { readGorm } from './gorm.ts';
import { readJooq } from './jooq.ts';
import { readKnex } from './knex.ts';
import { readKysely } from './kysely.ts';
import { readLaravel } from './laravel.ts';
import { readLookups } from './lookups.ts';
import { readMikroOrm } from './mikro-orm.ts';
import { readPeewee } from './peewee.ts';
import { readPrisma } from './prisma.ts';
import { readSeaOrm } from './sea-orm.ts';
import { readSequelize, readSequelizeBulk } from './sequelize.ts';
import { readSqlalchemy } from './sqlalchemy.ts';
import { readSupabase } from './supabase.ts';
import { readTypeorm, readTypeormBuilder } from './typeorm.ts';

interface Form {
  readonly languages: RegExp;
  readonly calls: readonly string[];
  readonly read: ApiReader;
}

/** Each library's calls in its own languages; of two that share a call the more particular comes first. */
const FORMS: readonly Form[] = [
  { languages: /\.(?:[cm]?[jt]sx?|vue|svelte|astro|py)$/i, calls: ['upsert'], read: readSupabase },
  { languages: JAVASCRIPT, calls: ['upsert'], read: readPrisma },
  { languages: JAVASCRIPT, calls: ['upsert', 'upsertMany'], read: readMikroOrm },
  { languages: JAVASCRIPT, calls: ['upsert'], read: readTypeorm },
  { languages: JAVASCRIPT, calls: ['upsert'], read: readSequelize },
  { languages: JAVASCRIPT, calls: ['bulkCreate'], read: readSequelizeBulk },
  { languages: JAVASCRIPT, calls: ['onConflictDoUpdate', 'onConflictDoNothing'], read: readDrizzle },
  { languages: JAVASCRIPT, calls: ['onConflict'], read: readKysely },
  { languages: JAVASCRIPT, calls: ['onConflict'], read: readKnex },
  { languages: JAVASCRIPT, calls: ['orUpdate', 'orIgnore'], read: readTypeormBuilder },
  { languages: /\.php$/, calls: ['upsert', 'updateOrCreate', 'firstOrCreate', 'insertOrIgnore'], read: readLaravel },
  { languages: /\.(?:rb|rake)$/, calls: ['upsert', 'upsert_all', 'insert', 'insert_all'], read: readActiveRecord },
  { languages: /\.(?:rb|rake)$/, calls: ['find_or_create_by', 'find_or_create_by!'], read: readFindOrCreate },
  { languages: /\.(?:rb|rake)$/, calls: ['import', 'import!', 'bulk_import', 'bulk_import!'], read: readImport },
  { languages: /\.py$/, calls: ['on_conflict_do_update', 'on_conflict_do_nothing'], read: readSqlalchemy },
  { languages: /\.py$/, calls: ['on_conflict', 'on_conflict_ignore'], read: readPeewee },
  { languages: /\.py$/, calls: ['bulk_create'], read: readBulkCreate },
  { languages: /\.py$/, calls: ['update_or_create', 'get_or_create'], read: readUpdateOrCreate },
  { languages: /\.go$/, calls: ['Create', 'CreateInBatches'], read: readGorm },
  { languages: /\.go$/, calls: ['On', 'OnConflict'], read: readBun },
  { languages: /\.go$/, calls: ['OnConflictColumns', 'OnConflict'], read: readEnt },
  { languages: /\.rs$/, calls: ['do_update', 'do_nothing', 'on_conflict_do_nothing'], read: readDiesel },
  { languages: /\.rs$/, calls: ['on_conflict'], read: readSeaOrm },
  {
    languages: /\.java$/,
    calls: ['doUpdate', 'doNothing', 'onConflictDoNothing', 'onDuplicateKeyIgnore'],
    read: readJooq,
  },
];

/**
 * Finds the calls of libraries that make upserts, and lookups that are followed by an insert. Each is taken as it is
 * found: the file may be given up before its end.
 * @throws OutOfTime
 */
export async function readApiUpserts(
  source: SourceText,
  reader: Reader,
  take: (upserts: readonly Upsert[]) => void,
): Promise<void> {
  const file = { text: source.text, reader, imports: readImports(source.file, source.text) };
  const forms = FORMS.filter(({ languages }) => languages.test(source.file));
  for (const node of reader.calls()) {
    const name = calleeName(node);
    const own = forms.filter(({ calls }) => calls.includes(name));
    const call = own.length > 0 ? reader.read(node) : undefined;
    if (call?.kind !== 'call') continue;
    const upsert = firstOf(own, (each) => each.read(call, file));
    if (upsert) take([await upsertAt(source, { upsert: withOwnTable(upsert, call, file), call })]);
  }
  for (const { upsert, call } of readLookups(file)) {
    take([await upsertAt(source, { upsert: withOwnTable(upsert, call, file), call })]);
  }
}

/** A class under the name that it is defined by; what a caller gives may be any. */
function withOwnTable(upsert: ApiUpsert, { at }: CallValue, { text, reader, imports }: ApiFile): ApiUpsert {
  const { table } = upsert;
  if (table.kind !== 'model' || table.framework === 'prisma') return upsert;
  if (isParameter(table.name, at, { root: reader.root, text })) return { ...upsert, table: NAMED_AT_RUN_TIME };
  const imported = table.framework === 'diesel' ? undefined : imports.get(table.name);
  if (!imported || imported.name === '*' || imported.name === 'default') return upsert;
  // `use entity::cake::Entity as Cake`: SeaORM's are all called Entity, each in a module of its own.
  const name = imported.name === 'Entity' ? (imported.from.split('.').at(-1) ?? '') : imported.name;
  return { ...upsert, table: { ...table, name } };
}

interface PlacedCall {
  readonly upsert: ApiUpsert;
  readonly call: CallValue;
}

async function upsertAt(source: SourceText, { upsert, call: { nameAt, at, end } }: PlacedCall): Promise<Upsert> {
  const common = {
    place: source.placeOf(nameAt),
    statement: excerptOfCode(source.text.slice(at, end)),
    ignored: source.ignoredBetween(at, end),
  };
  if (upsert.kind !== 'on-conflict') return { ...upsert, ...common };
  const { file, text } = source;
  const target = withClient(await readTarget(upsert.target), { file, text, via: upsert.via });
  return { ...upsert, ...common, target, updateWhere: upsert.updateWhere, mentions: [] };
}

function firstOf<Item, Result>(items: readonly Item[], of: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const result = of(item);
    if (result !== undefined) return result;
  }
  return undefined;
}
