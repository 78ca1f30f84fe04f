import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { MsgdbError } from '../../../model/errors.ts';
import { foldersOf } from '../../runners/runners.ts';
import { snakeCase } from './spelling.ts';
import { nextVersion, versionsIn } from './versions.ts';
import type { EmittedIndex, Folder, RepairText, Writer, Written } from './writer.ts';

const entrySchema = z.looseObject({ idx: z.number(), when: z.number(), tag: z.string() });
const journalSchema = z.looseObject({ version: z.string(), entries: z.array(entrySchema) });
const tableSchema = z.looseObject({ name: z.string(), schema: z.string(), indexes: z.record(z.string(), z.unknown()) });
const snapshotSchema = z.looseObject({ id: z.string(), prevId: z.string(), tables: z.record(z.string(), tableSchema) });
const newSnapshotSchema = z.looseObject({
  id: z.string(),
  prevIds: z.array(z.string()),
  ddl: z.array(z.looseObject({ entityType: z.string() })),
});

/**
 * What is in the journal is run, and what the next `drizzle-kit generate` adds is what the newest snapshot lacks: so the
 * migration has both, and the index is in its snapshot.
 */
export const DRIZZLE: Writer = {
  name: 'drizzle',
  folders: foldersOf('drizzle'),
  own: /^meta\/_journal\.json$|\/snapshot\.json$/,
  write: async (repair, folder) =>
    folder.listing.some((path) => /\/snapshot\.json$/.test(path)) && !folder.listing.includes('meta/_journal.json')
      ? await writeFolder(repair, folder)
      : await writeEntry(repair, folder),
};

async function writeEntry({ words, up, index }: RepairText, { listing, read, now }: Folder): Promise<Written> {
  const journal = listing.includes('meta/_journal.json')
    ? parsed(journalSchema, await read('meta/_journal.json'), 'meta/_journal.json')
    : { version: '7', dialect: 'postgresql', entries: [] };
  const last = journal.entries.at(-1);
  const idx = last === undefined ? 0 : last.idx + 1;
  const prefix = nextVersion(
    journal.entries.flatMap(({ tag }) => /^(\d+)_/.exec(tag)?.[1] ?? []),
    now,
    'sequence',
  );
  // An empty folder begins with 0000.
  const number = last === undefined ? '0000' : prefix;
  const tag = `${number}_${snakeCase(words)}`;
  const when = Math.max(now.getTime(), ...journal.entries.map((each) => each.when + 1));
  const entry = { idx, version: last?.version ?? journal.version, when, tag, breakpoints: true };
  const before = listing
    .filter((path) => /^meta\/\d+_snapshot\.json$/.test(path))
    .toSorted()
    .at(-1);
  const snapshot = before === undefined ? undefined : withIndex(await read(before), before, index);
  return {
    files: [
      { path: `${tag}.sql`, content: `${up}\n` },
      ...(snapshot === undefined ? [] : [{ path: `meta/${number}_snapshot.json`, content: snapshot }]),
    ],
    register: {
      path: 'meta/_journal.json',
      content: JSON.stringify({ ...journal, entries: [...journal.entries, entry] }, null, 2),
    },
    next: 'drizzle-kit migrate',
    notes: notesOn(index),
  };
}

/** A folder for each migration, each with a snapshot, since version 1. */
async function writeFolder({ words, up, index }: RepairText, { listing, read, now }: Folder): Promise<Written> {
  const name = `${nextVersion(versionsIn(listing, /^(\d+)_[^/]*\//), now, 'timestamp')}_${snakeCase(words)}`;
  const before = listing
    .filter((path) => /^\d+_[^/]*\/snapshot\.json$/.test(path))
    .toSorted()
    .at(-1);
  const snapshot = before === undefined ? undefined : withEntity(await read(before), before, index);
  return {
    files: [
      { path: `${name}/migration.sql`, content: `${up}\n` },
      ...(snapshot === undefined ? [] : [{ path: `${name}/snapshot.json`, content: snapshot }]),
    ],
    next: 'drizzle-kit migrate',
    notes: notesOn(index),
  };
}

function notesOn({ plain, name, table, columns }: EmittedIndex): readonly string[] {
  return [
    plain
      ? `Add to the table ${table} in the schema file what its snapshot says now: uniqueIndex('${name}').on(${columns.map((column) => `t.${column}`).join(', ')}), with the names that its columns have there.`
      : `The snapshot does not say ${name} (it has an expression or a condition): after adding it to the schema file, take its CREATE INDEX out of what \`drizzle-kit generate\` writes.`,
    'Drizzle has no undo of its own; `msgdb new … --emit sql` writes the way back as a file.',
  ];
}

function withIndex(text: string, path: string, index: EmittedIndex): string {
  const snapshot = parsed(snapshotSchema, text, path);
  const tables = Object.entries(snapshot.tables).map(([key, table]) => {
    const same = table.name === index.table && (table.schema === '' ? 'public' : table.schema) === index.schema;
    if (!same || !index.plain) return [key, table] as const;
    return [key, { ...table, indexes: { ...table.indexes, [index.name]: indexOf(index) } }] as const;
  });
  const next = { ...snapshot, id: randomUUID(), prevId: snapshot.id, tables: Object.fromEntries(tables) };
  return JSON.stringify(next, null, 2);
}

function indexOf({ name, columns }: EmittedIndex) {
  return {
    name,
    columns: columns.map((expression) => ({ expression, isExpression: false, asc: true, nulls: 'last' })),
    isUnique: true,
    concurrently: false,
    method: 'btree',
    with: {},
  };
}

function withEntity(text: string, path: string, { schema, table, name, columns, plain }: EmittedIndex): string {
  const snapshot = parsed(newSnapshotSchema, text, path);
  const entity = {
    nameExplicit: true,
    columns: columns.map((value) => ({ value, isExpression: false, asc: true, nullsFirst: false, opclass: null })),
    isUnique: true,
    where: null,
    with: '',
    method: 'btree',
    concurrently: false,
    name,
    entityType: 'indexes',
    schema,
    table,
  };
  const ddl = plain ? [...snapshot.ddl, entity] : snapshot.ddl;
  return JSON.stringify({ ...snapshot, id: randomUUID(), prevIds: [snapshot.id], ddl }, null, 2);
}

function parsed<Schema extends z.ZodType>(schema: Schema, text: string, path: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `${path} is not as drizzle-kit writes it.`,
      why: 'The migration has to be entered there, or it would not be run.',
      fix: 'Mend it (`drizzle-kit check`), or write the SQL alone: --emit sql.',
      cause: error,
    });
  }
}
