import type { TableName } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteName, quoteTable } from './quote.ts';

/** Who owns a shadow database, and runs what a schema or a migration brings with it. */
export const SHADOW_OWNER = 'msgdb_shadow';

/**
 * A role that owns the database and nothing beside it: neither superuser, nor a member of a role that starts programs or
 * reads and writes files. CREATEROLE would be as much: before version 16 it grants those memberships.
 */
export function createShadowOwner(database: string): readonly Statement[] {
  return [
    statement(
      `create role ${quoteName(SHADOW_OWNER)} login nosuperuser nocreaterole nocreatedb noreplication nobypassrls`,
    ),
    statement(`alter database ${quoteName(database)} owner to ${quoteName(SHADOW_OWNER)}`),
  ];
}

/** Made while the database has no code but PostgreSQL's own: the scripts of extensions run as superuser. */
export function createExtension({ schema, name }: TableName): readonly Statement[] {
  return [
    // A schema whose name begins with pg_ is there, or cannot be made (42939).
    ...(schema.startsWith('pg_')
      ? []
      : [statement(`create schema if not exists ${quoteName(schema)} authorization ${quoteName(SHADOW_OWNER)}`)]),
    statement(`create extension if not exists ${quoteName(name)} schema ${quoteName(schema)} cascade`),
  ];
}

/** What a build that failed leaves behind, which no statement makes on purpose. */
export function invalidateIndex(index: TableName & { readonly ready: boolean }): Statement {
  return statement(
    `update pg_catalog.pg_index set indisvalid = false, indisready = $2::text::boolean
      where indexrelid = pg_catalog.to_regclass($1)`,
    [quoteTable(index), String(index.ready)],
  );
}
