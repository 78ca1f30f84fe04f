import type { ColumnFacts, ForeignKeyFacts, IndexFacts, OperationFacts, TableFacts } from '../../src/model/facts.ts';

/** Facts as the catalogue gives them, of plain things; a case says what is otherwise. */
export function column(name: string, more: Partial<ColumnFacts> = {}): ColumnFacts {
  return {
    name,
    type: 'integer',
    storageType: 'integer',
    plainType: 'integer',
    elementType: undefined,
    collation: undefined,
    notNull: false,
    generated: false,
    expression: undefined,
    identityAlways: false,
    filled: false,
    baseType: 'integer',
    domain: [],
    sortable: true,
    length: 4,
    storage: 'p',
    ...more,
  };
}

export function index(name: string, columns: readonly string[], more: Partial<IndexFacts> = {}): IndexFacts {
  return {
    name,
    schema: 'public',
    unique: true,
    valid: true,
    ready: true,
    immediate: true,
    primary: false,
    exclusion: false,
    operators: [],
    nullsNotDistinct: false,
    method: 'btree',
    key: columns.map((each) => ({ column: each, text: each, plain: true })),
    include: [],
    predicate: undefined,
    definition: `CREATE UNIQUE INDEX ${name} ON public.t USING btree (${columns.join(', ')})`,
    constraint: undefined,
    building: false,
    comment: undefined,
    ...more,
  };
}

export function foreignKey(
  table: string,
  columns: readonly string[],
  more: Partial<ForeignKeyFacts> = {},
): ForeignKeyFacts {
  return {
    name: `${table}_fkey`,
    table: { schema: 'public', name: table },
    columns,
    referenced: ['id'],
    operators: columns.map(() => 'operator(pg_catalog.=)'),
    onDelete: 'no action',
    onUpdate: 'no action',
    deferred: false,
    validated: true,
    ...more,
  };
}

/** A table with a primary key `id`, and these columns besides. */
export function table(name: string, columns: readonly string[], more: Partial<TableFacts> = {}): TableFacts {
  return {
    table: { schema: 'public', name },
    oid: 1,
    kind: 'table',
    standing: {
      relation: 'table',
      holder: 'user',
      extension: undefined,
      rowsIn: [],
      server: undefined,
      accessMethod: undefined,
      manager: undefined,
    },
    columns: [column('id', { notNull: true }), ...columns.map((each) => column(each))],
    primaryKey: ['id'],
    partitionKey: undefined,
    inherits: false,
    indexes: [index(`${name}_pkey`, ['id'], { primary: true })],
    checks: [],
    referencedBy: [],
    triggers: [],
    rules: [],
    rowSecurityActive: false,
    rowSecurityForced: false,
    blockedPublications: [],
    owner: 'app',
    ownerGrantable: true,
    mayCreate: true,
    privileges: { select: true, insert: true, update: true, delete: true, owner: true },
    estimatedRows: 10,
    bytes: 8192,
    toastBytes: 0,
    toastTarget: 2032,
    shape: '1',
    bound: undefined,
    parts: [],
    foreignKeys: [],
    ...more,
  };
}

export function factsOf(own: TableFacts, related: readonly TableFacts[] = []): OperationFacts {
  const tables = [own, ...related];
  return {
    server: {
      versionNumber: 180001,
      version: '18.1',
      database: 'd',
      user: 'app',
      history: 'msgdb',
      standby: false,
      readOnly: false,
      parallelWorkers: 8,
      maintenanceWorkers: 2,
      maintenanceBytes: 64 * 1024 ** 2,
      workBytes: 4 * 1024 ** 2,
      moment: '2026-01-31 12:00:00+00',
    },
    table: own,
    related,
    parents: [],
    named: new Map(tables.map((each) => [each.table.name, each.table])),
    canonical: { columns: new Map(own.columns.map(({ name }) => [name, name])), expressions: new Map() },
    hashable: true,
    parts: [],
    nameTaken: false,
    partitions: [],
    childPartitions: [],
    indexNames: [],
    settled: [],
  };
}
