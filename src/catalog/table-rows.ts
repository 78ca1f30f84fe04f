import { z } from 'zod';

/** Catalogue rows of a table, parsed into trusted types. */
export const tableSchema = z
  .object({
    oid: z.coerce.number(),
    kind: z.enum(['table', 'partitioned', 'view', 'foreign', 'other']),
    primary_key: z.array(z.string()),
    partition_key: z.array(z.string()).nullable(),
    inherits: z.boolean(),
    rules: z.array(z.string()),
    row_security_active: z.boolean(),
    row_security_forced: z.boolean(),
    some_published: z.boolean(),
    is_partition: z.boolean(),
    owner: z.string(),
    owner_grantable: z.boolean(),
    may_create: z.boolean(),
    privileges: z.object({
      select: z.boolean(),
      insert: z.boolean(),
      update: z.boolean(),
      delete: z.boolean(),
      owner: z.boolean(),
    }),
    estimated_rows: z.coerce.number(),
    bytes: z.coerce.number(),
    toast_bytes: z.coerce.number(),
  })
  .transform((row) => ({
    oid: row.oid,
    kind: row.kind,
    primaryKey: row.primary_key,
    partitionKey: row.partition_key ?? undefined,
    inherits: row.inherits,
    rules: row.rules,
    rowSecurityActive: row.row_security_active,
    rowSecurityForced: row.row_security_forced,
    somePublished: row.some_published,
    isPartition: row.is_partition,
    owner: row.owner,
    ownerGrantable: row.owner_grantable,
    mayCreate: row.may_create,
    privileges: row.privileges,
    estimatedRows: row.estimated_rows,
    bytes: row.bytes,
    toastBytes: row.toast_bytes,
  }));

export const columnSchema = z
  .object({
    name: z.string(),
    type: z.string(),
    storage_type: z.string(),
    plain_type: z.string(),
    element_type: z.string().nullable(),
    collation: z.string().nullable(),
    not_null: z.boolean(),
    generated: z.boolean(),
    expression: z.string().nullable(),
    identity_always: z.boolean(),
    filled: z.boolean(),
    base_type: z.string(),
    domain: z.array(z.object({ name: z.string(), expression: z.string().nullable() })),
    length: z.number(),
    storage: z.string(),
    sortable: z.boolean(),
  })
  .transform((row) => ({
    name: row.name,
    type: row.type,
    storageType: row.storage_type,
    plainType: row.plain_type,
    elementType: row.element_type ?? undefined,
    collation: row.collation ?? undefined,
    notNull: row.not_null,
    generated: row.generated,
    expression: row.expression ?? undefined,
    identityAlways: row.identity_always,
    filled: row.filled,
    baseType: row.base_type,
    domain: row.domain.map((check) => ({ ...check, expression: check.expression ?? undefined })),
    length: row.length,
    storage: row.storage,
    sortable: row.sortable,
  }));

export const checkSchema = z.object({
  name: z.string(),
  expression: z.string(),
  columns: z.array(z.string()),
  wholeRow: z.boolean(),
  validated: z.boolean(),
});
