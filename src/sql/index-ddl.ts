import type { TableName } from '../model/facts.ts';
import type { DroppedObject } from '../model/ledger.ts';
import type { IndexBuild } from '../model/plan.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteLiteral, quoteName, quoteTable } from './quote.ts';
import { partSql } from './terms.ts';

/** Builds an index while writers wait. Never IF NOT EXISTS, which "succeeds" over an invalid index of the name. */
export function createIndex(build: IndexBuild): Statement {
  return statement(build.as ? throughout(build.as.definition) : define('index', build));
}

/** Builds it while they go on. */
export function createIndexConcurrently(build: IndexBuild): Statement {
  return statement(
    build.as ? build.as.definition.replace(/ INDEX /, ' INDEX CONCURRENTLY ') : define('index concurrently', build),
  );
}

function define(what: 'index' | 'index concurrently', build: IndexBuild): string {
  const columns = build.columns.map(partSql).join(', ');
  return [
    `create ${build.unique ? 'unique ' : ''}${what} ${quoteName(build.name)} on ${quoteTable(build.table)} using ${quoteName(build.method)} (${columns})`,
    build.nulls === 'not distinct' && 'nulls not distinct',
    build.predicate !== undefined && `where (${build.predicate})`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** A name as PostgreSQL deparses it, and a definition: what comes before USING, and the rest. */
const NAME = '(?:"(?:[^"]|"")*"|[^" .]+)';
const DEFINITION = new RegExp(
  `^(CREATE (?:UNIQUE )?INDEX) ${NAME} ON (ONLY )?(${NAME}(?:\\.${NAME})?) (USING .*)$`,
  's',
);

/** The same index under another name. */
export function withName(build: IndexBuild, name: string): IndexBuild {
  if (!build.as) return { ...build, name };
  const definition = build.as.definition.replace(
    DEFINITION,
    (_, create: string, only = '', table: string, tail: string) =>
      `${create} ${quoteName(name)} ON ${only}${table} ${tail}`,
  );
  return { ...build, name, as: { ...build.as, definition } };
}

/** What an index is, without its name and its table: equal for the parts of a partitioned index. */
export function definitionTail(definition: string): string {
  const [, create = '', , , tail = ''] = DEFINITION.exec(definition) ?? [];
  return `${create} ${tail}`;
}

/** The definition of a partition's part of an index. */
export function definitionOn({ unique }: IndexBuild, name: string, table: TableName, tail: string): string {
  const create = `CREATE ${unique ? 'UNIQUE ' : ''}INDEX`;
  return `${create} ${quoteName(name)} ON ${quoteTable(table)}${tail.slice(create.length)}`;
}

/** Makes an index on a partitioned table alone; it becomes valid when every partition's part is attached. */
export function createOnly(build: IndexBuild): Statement {
  const { text } = createIndex(build);
  const table = quoteTable(build.table);
  return statement(
    build.as ? only(build.as.definition) : text.replace(` on ${table} using `, () => ` on only ${table} using `),
  );
}

function only(definition: string): string {
  return definition.replace(
    new RegExp(`^(CREATE (?:UNIQUE )?INDEX ${NAME} ON )(?:ONLY )?`),
    (_, head: string) => `${head}ONLY `,
  );
}

/** PostgreSQL writes ON ONLY for a partitioned index (11); made so, it would never be valid. */
function throughout(definition: string): string {
  return definition.replace(new RegExp(`^(CREATE (?:UNIQUE )?INDEX ${NAME} ON )ONLY `), (_, head: string) => head);
}

/** Makes a partition's index a part of its parent's. */
export function attachIndex(parent: TableName, part: TableName): Statement {
  return statement(`alter index ${quoteTable(parent)} attach partition ${quoteTable(part)}`);
}

export function renameIndex(index: TableName, name: string): Statement {
  return statement(`alter index ${quoteTable(index)} rename to ${quoteName(name)}`);
}

/** `if exists`: a run that was killed between the drop and its record comes here again. */
export function dropIndex(index: TableName): Statement {
  return statement(`drop index if exists ${quoteTable(index)}`);
}

export function dropIndexConcurrently(index: TableName): Statement {
  return statement(`drop index concurrently if exists ${quoteTable(index)}`);
}

/** Builds an index again beside itself, and puts it in its place. */
export function reindex(index: TableName): Statement {
  return statement(`reindex index concurrently ${quoteTable(index)}`);
}

export function attachConstraint(table: TableName, index: string): Statement {
  const name = quoteName(index);
  return statement(`alter table ${quoteTable(table)} add constraint ${name} unique using index ${name}`);
}

export function dropConstraint(table: TableName, constraint: string): Statement {
  return statement(`alter table ${quoteTable(table)} drop constraint if exists ${quoteName(constraint)}`);
}

/** The comment of an index that is made as it was. */
export function commentIndex({ table, name, as }: IndexBuild): Statement | undefined {
  if (as?.comment === undefined) return undefined;
  return statement(`comment on index ${quoteTable({ schema: table.schema, name })} is ${quoteLiteral(as.comment)}`);
}

/** Makes a constraint or index again, in PostgreSQL's own words, with its comment. */
export function recreate({ kind, table, name, definition, comment }: DroppedObject): readonly Statement[] {
  const made =
    kind === 'constraint'
      ? `alter table ${quoteTable(table)} add constraint ${quoteName(name)} ${definition}`
      : throughout(definition);
  const index = quoteTable({ schema: table.schema, name });
  return [
    statement(made),
    ...(comment === undefined ? [] : [statement(`comment on index ${index} is ${quoteLiteral(comment)}`)]),
  ];
}

/** Stops writers, but not readers; children's foreign key checks go on. */
export function lockTable(table: TableName): Statement {
  return statement(`lock table ${quoteTable(table)} in share row exclusive mode`);
}
