import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { ofUsers } from '../sql/own-schema.ts';

const rowsSchema = z.array(z.object({ sql: z.string() }));
const namesSchema = z.array(z.object({ schema: z.string(), name: z.string() }));
const invalidSchema = z.array(z.object({ schema: z.string(), name: z.string(), ready: z.boolean() }));

/** An index that a build left behind; `ready`: is it written to? */
export interface InvalidIndex extends TableName {
  readonly ready: boolean;
}

export interface SchemaDefinitions {
  readonly statements: readonly string[];
  /** Extensions, by the schema they are in. */
  readonly extensions: readonly TableName[];
  /** Indexes that no statement makes as they are. */
  readonly invalid: readonly InvalidIndex[];
  /** What is not among the statements, and why. */
  readonly omitted: readonly string[];
}

/**
 * The definitions of a database as statements that make it again, empty: schemas, types, sequences, functions in SQL and
 * PL/pgSQL, tables with their partitions, constraints, indexes and views. No rows, roles or policies, and
 * of triggers those alone that may fill in a row. In an order in which most succeed; what refers to something later is to be tried again.
 */
export async function readSchema(db: Queryable): Promise<SchemaDefinitions> {
  const statements: string[] = [];
  for (const text of [...TYPES, ...TABLES, ...RULES]) {
    statements.push(...rowsSchema.parse(await db.query(statement(text))).map(({ sql }) => sql));
  }
  return {
    statements,
    extensions: namesSchema.parse(await db.query(statement(EXTENSIONS))),
    invalid: invalidSchema.parse(await db.query(statement(INVALID))),
    omitted: rowsSchema.parse(await db.query(statement(FOREIGN_FUNCTIONS))).map(({ sql }) => sql),
  };
}

/** Objects of extensions come with the extension. */
const OURS = (catalog: string, alias: string): string => `
  n.nspname not in ('pg_catalog', 'information_schema') and ${ofUsers('n.nspname')} and n.nspname not like 'pg\\_toast%'
  and n.nspname not like 'pg\\_temp%'
  and not exists (select from pg_catalog.pg_depend e
                   where e.classid = 'pg_catalog.${catalog}'::regclass and e.objid = ${alias}.oid and e.deptype = 'e')`;

const EXTENSIONS = `
  select n.nspname::text as schema, x.extname::text as name
    from pg_catalog.pg_extension x join pg_catalog.pg_namespace n on n.oid = x.extnamespace order by 2`;

/** Written in C, or in a language of which nothing is known here. */
const FOREIGN_FUNCTIONS = `
  select format('function %I.%I(%s): left out, it is written in %s', n.nspname, p.proname,
                pg_catalog.pg_get_function_identity_arguments(p.oid), l.lanname) as sql
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_language l on l.oid = p.prolang
   where p.prokind in ('f', 'p') and l.lanname not in ('sql', 'plpgsql') and ${OURS('pg_proc', 'p')} order by 1`;

const TYPES = [
  `select format('create schema if not exists %I', n.nspname) as sql
     from pg_catalog.pg_namespace n where ${OURS('pg_namespace', 'n')} order by 1`,
  `select format('create type %I.%I as enum (%s)', n.nspname, t.typname,
                 (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
                    from pg_catalog.pg_enum e where e.enumtypid = t.oid)) as sql
     from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where t.typtype = 'e' and ${OURS('pg_type', 't')} order by 1`,
  `select format('create domain %I.%I as %s%s', n.nspname, t.typname,
                 pg_catalog.format_type(t.typbasetype, t.typtypmod),
                 ' default ' || pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::regclass)) as sql
     from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where t.typtype = 'd' and ${OURS('pg_type', 't')} order by 1`,
  `select format('create type %I.%I as (%s)', n.nspname, c.relname,
                 (select string_agg(format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)), ', '
                                    order by a.attnum)
                    from pg_catalog.pg_attribute a
                   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)) as sql
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     join pg_catalog.pg_type t on t.oid = c.reltype
    where c.relkind = 'c' and ${OURS('pg_type', 't')} order by 1`,
  `select format('create sequence if not exists %I.%I', n.nspname, c.relname) as sql
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'S' and ${OURS('pg_class', 'c')}
      and not exists (select from pg_catalog.pg_depend d
                       where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'i')
    order by 1`,
  `select pg_catalog.pg_get_functiondef(p.oid) as sql
     from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     join pg_catalog.pg_language l on l.oid = p.prolang
    where p.prokind in ('f', 'p') and l.lanname in ('sql', 'plpgsql') and ${OURS('pg_proc', 'p')} order by p.oid`,
];

const COLUMNS = `
  (select string_agg(
            format('%I %s%s%s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                   case when a.attcollation <> t.typcollation then
                     (select format(' collate %I.%I', ln.nspname, l.collname) from pg_catalog.pg_collation l
                        join pg_catalog.pg_namespace ln on ln.oid = l.collnamespace where l.oid = a.attcollation) end,
                   case when a.attidentity = 'a' then ' generated always as identity'
                        when a.attidentity = 'd' then ' generated by default as identity'
                        when a.attgenerated <> '' then
                          format(' generated always as (%s) stored', pg_catalog.pg_get_expr(d.adbin, d.adrelid))
                        when d.adbin is not null then
                          format(' default %s', pg_catalog.pg_get_expr(d.adbin, d.adrelid)) end,
                   case when a.attnotnull then ' not null' end), ', ' order by a.attnum)
     from pg_catalog.pg_attribute a
     join pg_catalog.pg_type t on t.oid = a.atttypid
     left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)`;

const PARTITION_BY = `case when c.relkind = 'p' then ' partition by ' || pg_catalog.pg_get_partkeydef(c.oid) end`;

const TABLES = [
  `select format('create table %I.%I (%s)%s', n.nspname, c.relname, ${COLUMNS}, ${PARTITION_BY}) as sql
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'f') and not c.relispartition and ${OURS('pg_class', 'c')} order by c.oid`,
  `select format('create table %I.%I partition of %s %s%s', n.nspname, c.relname, h.inhparent::regclass,
                 pg_catalog.pg_get_expr(c.relpartbound, c.oid), ${PARTITION_BY}) as sql
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     join pg_catalog.pg_inherits h on h.inhrelid = c.oid
    where c.relkind in ('r', 'p') and c.relispartition and ${OURS('pg_class', 'c')} order by c.oid`,
];

const CONSTRAINTS = (kinds: string): string => `
  select format('alter table %I.%I add constraint %I %s', n.nspname, c.relname, k.conname,
                pg_catalog.pg_get_constraintdef(k.oid)) as sql
    from pg_catalog.pg_constraint k
    join pg_catalog.pg_class c on c.oid = k.conrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where k.contype in (${kinds}) and k.conparentid = 0 and k.coninhcount = 0 and ${OURS('pg_class', 'c')} order by k.oid`;

/** The index of a partitioned table is printed with ON ONLY, and would stay invalid without its parts. */
const INDEXES = `
  select regexp_replace(pg_catalog.pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as sql
    from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and ${OURS('pg_class', 'c')}
     and not exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
     and not exists (select from pg_catalog.pg_inherits h where h.inhrelid = i.indexrelid)
   order by i.indexrelid`;

const INVALID = `
  select n.nspname::text as schema, x.relname::text as name, i.indisready as ready
    from pg_catalog.pg_index i
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join pg_catalog.pg_class c on c.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = x.relnamespace
   where not i.indisvalid and c.relkind = 'r' and ${OURS('pg_class', 'c')}`;

const VIEWS = `
  select format('create view %I.%I as %s', n.nspname, c.relname, pg_catalog.pg_get_viewdef(c.oid)) as sql
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'v' and ${OURS('pg_class', 'c')} order by c.oid`;

/** What they fill in decides whether a row can conflict. */
const TRIGGERS = `
  select pg_catalog.pg_get_triggerdef(t.oid) as sql
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where not t.tgisinternal and t.tgparentid = 0 and t.tgtype & 7 = 7 and c.relkind in ('r', 'p')
     and t.tgname !~ '^zz_msgdb_.*[0-9a-f]{10}$'
     and ${OURS('pg_class', 'c')} order by t.oid`;

const RULES = [CONSTRAINTS("'p', 'u', 'x'"), INDEXES, CONSTRAINTS("'c'"), CONSTRAINTS("'f'"), VIEWS, TRIGGERS];
