import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import type { TableName } from '../model/facts.ts';
import { matchName, type NamePart, parseName } from '../model/name.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { ofUsers } from '../sql/own-schema.ts';

const candidatesSchema = z.array(z.object({ schema: z.string(), name: z.string(), offered: z.boolean() }));

/** A relation; `offered` where a person may have meant it who wrote something else. */
type Candidate = z.infer<typeof candidatesSchema>[number];

/**
 * Finds the table a person's name stands for: the catalogue's own name first, then its lower-case form; without a
 * schema in the name, in the default schema.
 * @throws MsgdbError MSGDB_TABLE_NOT_FOUND, with the tables whose name is near.
 */
export async function resolveTable(db: Queryable, name: string, defaultSchema: string): Promise<TableName> {
  const parts = parseName(name);
  const [schemaPart, tablePart] = splitName(name, parts, defaultSchema);
  const candidates = await readCandidates(db);
  const schemas = [...new Set(candidates.map((candidate) => candidate.schema))];
  const schema = matchName(schemaPart, schemas) ?? schemaPart.text;
  // What PostgreSQL finds without a schema in its own one is refused for what it is.
  for (const each of parts.length === 1 ? [schema, 'pg_catalog'] : [schema]) {
    const names = candidates.filter((candidate) => candidate.schema === each).map((candidate) => candidate.name);
    const table = matchName(tablePart, names);
    if (table !== undefined) return { schema: each, name: table };
  }
  throw new MsgdbError('MSGDB_TABLE_NOT_FOUND', {
    what: schemas.includes(schema)
      ? `There is no table ${tablePart.text} in schema ${schema}.`
      : `There is no schema ${schema}, and so no table ${tablePart.text} in it.`,
    fix: suggest(tablePart.text, candidates, schema),
    data: { table: name, schema },
  });
}

function splitName(name: string, parts: readonly NamePart[], defaultSchema: string): readonly [NamePart, NamePart] {
  const [first, second, ...more] = parts;
  if (first && !second) return [{ text: defaultSchema, quoted: true }, first];
  if (first && second && more.length === 0) return [first, second];
  throw new MsgdbError('MSGDB_USAGE', {
    what: `"${name}" has more than two parts.`,
    why: 'A table is named by itself or with its schema; dots inside a name need double quotes.',
    fix: 'Write it like chat_messages, public.Chat or "odd.name".',
  });
}

/** Of every kind: what is no table is refused for what it is, not for being absent. A schema with nothing has one ''. */
async function readCandidates(db: Queryable): Promise<readonly Candidate[]> {
  const rows = await db.query(
    statement(`
      select n.nspname::text as schema, coalesce(c.relname::text, '') as name,
             coalesce(c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't'
               and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and ${ofUsers('n.nspname')}, false) as offered
        from pg_catalog.pg_namespace n
        left join pg_catalog.pg_class c on c.relnamespace = n.oid`),
  );
  return candidatesSchema.parse(rows);
}

function suggest(name: string, candidates: readonly Candidate[], schema: string): string {
  const offered = candidates.filter((candidate) => candidate.offered);
  const near = offered.filter((candidate) => isNear(candidate.name.toLowerCase(), name.toLowerCase()));
  const best = near
    .toSorted((a, b) => Number(b.schema === schema) - Number(a.schema === schema) || a.name.length - b.name.length)
    .slice(0, 3)
    .map((candidate) => (candidate.schema === schema ? candidate.name : `${candidate.schema}.${candidate.name}`));
  return best.length > 0 ? `Did you mean ${best.join(' or ')}?` : listTables(offered, schema);
}

const MOST_NAMED = 8;

/** Nothing is near: what there is, in the schema that was meant or in the others. */
function listTables(offered: readonly Candidate[], schema: string): string {
  const here = offered.filter((each) => each.schema === schema).map(({ name }) => name);
  if (here.length > 0) return `Write one of the tables of schema ${schema}: ${firstOf(here)}; or SCHEMA.TABLE.`;
  const others = [...new Set(offered.map((each) => each.schema))];
  if (others.length === 0) return 'This database has no tables: name another one with --database-url.';
  return `Schema ${schema} has no tables. Write SCHEMA.TABLE; there are tables in schema ${firstOf(others)}.`;
}

function firstOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.toSorted().slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function isNear(candidate: string, wanted: string): boolean {
  const bare = (text: string): string => text.replaceAll(/[^a-z0-9]/g, '').replace(/s$/, '');
  // Every name has the letter of a table t in it, or is two letters away from ab.
  const length = Math.min(candidate.length, wanted.length);
  return (
    bare(candidate) === bare(wanted) ||
    (length > 2 && (candidate.includes(wanted) || wanted.includes(candidate))) ||
    distance(candidate, wanted) <= Math.min(2, Math.floor(length / 2))
  );
}

/** Levenshtein distance, by rows. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replace = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
