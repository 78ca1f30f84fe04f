import { expect, test } from 'vitest';
import type { Ask, Demand, Links, PresentRelation } from '../../../src/model/demand.ts';
import type { ObjectsOfDatabase } from '../../../src/model/object-facts.ts';
import type { KeyPart } from '../../../src/model/operations/common.ts';
import { readDemands } from '../../../src/resolve/pending/read-demands.ts';
import { readStatements } from '../../../src/sql/pending/read-changes.ts';
import { SCRIPTS } from '../../cases/preflight/scripts.ts';

const USERS = { schema: 'public', name: 'users' };
const ORG = { schema: 'public', name: 'org' };
const PRESENT: readonly PresentRelation[] = [
  { ...USERS, kind: 'table', columns: ['id', 'email', 'name', 'age', 'org_id'], on: null },
  { ...ORG, kind: 'table', columns: ['id', 'slug'], on: null },
  { schema: 'app', name: 'items', kind: 'table', columns: ['id', 'sku'], on: null },
  { schema: 'public', name: 'users_name_idx', kind: 'index', columns: ['name'], on: USERS },
  { schema: 'public', name: 'org_slug_key', kind: 'index', columns: ['slug'], on: ORG },
];
const NOTHING = {
  table: null,
  column: null,
  extension: null,
  primary: false,
  inherited: [],
  partitionKey: [],
  values: null,
};
const OBJECTS: ObjectsOfDatabase = {
  objects: [
    ...PRESENT.flatMap(({ schema, name, kind, columns }) =>
      kind === 'table' || kind === 'index'
        ? [{ ...NOTHING, id: name, kind, schema, name, label: name, columns: kind === 'table' ? columns : [] }]
        : [],
    ),
    {
      ...NOTHING,
      id: 'pkey',
      kind: 'constraint',
      schema: 'public',
      name: 'users_pkey',
      table: 'users',
      primary: true,
      label: 'users_pkey',
      columns: [],
    },
  ],
  dependencies: [],
  schemas: ['public', 'app'],
  builtin: ['type text', 'type uuid', 'type citext'],
};
const LINKS: Links = { heirs: [], keys: [], triggers: [], rules: [], constraints: [], functions: {} };

test.each(SCRIPTS)('$sql', async ({ sql, needs }) => {
  const statements = await readStatements(sql);
  const script = { migration: 'm', file: 'f.sql', transaction: 'none', applied: false, statements } as const;
  expect(
    readDemands([script], { present: PRESENT, links: LINKS, objects: OBJECTS, notValid: [], path: ['public'] }).map(
      told,
    ),
  ).toEqual(needs);
});

function told({ ask, basis, index, build }: Demand): string {
  if (ask.kind === 'refused' && basis.kind === 'holds') return `refused ${ask.what}`;
  if (ask.kind === 'taken') return `taken ${ask.what}`;
  const more = [
    ...(basis.kind === 'unresolved' ? [basis.reason] : []),
    ...(index && index.state !== 'free' ? [`name ${index.state}`] : []),
    ...(build.concurrently ? [build.inTransaction === true ? 'concurrently in a transaction' : 'concurrently'] : []),
    ...(ask.kind === 'index' && build.blocks === 'writes' ? [`blocks ${build.blocks}`] : []),
  ];
  return [`${basis.kind} ${askOf(ask, basis.kind === 'holds')}`, ...more].join(', ');
}

function askOf(ask: Ask, holds: boolean): string {
  switch (ask.kind) {
    case 'unique': {
      const where = ask.where === undefined ? '' : ` where ${ask.where}`;
      const nulls = ask.nulls === 'not distinct' ? ' nulls not distinct' : '';
      return `${ask.as === 'index' ? 'unique' : ask.as}(${ask.key.map(partOf).join(', ')})${nulls}${where}`;
    }
    case 'rows':
      return holds ? ask.as : `${ask.as} [${ask.violating}]`;
    case 'foreign-key': {
      const columns = ask.columns.map(({ name, part }) => (part === name ? name : `${name} = ${partOf(part)}`));
      const parent = holds ? '' : ` → ${ask.parent.name}(${ask.referenced?.join(', ') ?? 'primary key'})`;
      return `foreign-key(${holds ? '' : columns.join(', ')})${parent}`;
    }
    case 'adopt':
      return `adopt ${ask.index}`;
    default:
      return ask.kind;
  }
}

function partOf(part: KeyPart): string {
  if (typeof part === 'string') return part;
  return part.expression.startsWith('(') ? part.expression : `(${part.expression})`;
}

test.each([
  ['create unique index u on users (email)', undefined],
  ['create unique index u on users (lower(email)) where age > 1', undefined],
  ['alter table users add unique (email)', undefined],
  ['create unique index u on users (email) include (name)', 'msgdb builds no index with INCLUDE'],
  ['create unique index u on users (email desc)', 'msgdb builds no index with an order'],
  ['create unique index u on users (email text_pattern_ops)', 'msgdb builds no index with an operator class'],
  ['create unique index u on users (email collate "C")', 'msgdb builds no index with COLLATE'],
  ['create unique index u on users (email) with (fillfactor = 70)', 'msgdb builds no index with WITH'],
  ['create unique index u on only users (email)', 'msgdb builds no index with ON ONLY'],
  ['alter table users add unique (email) deferrable', 'msgdb builds no index with DEFERRABLE'],
  ['alter table users add unique (email) include (name)', 'msgdb builds no index with INCLUDE'],
  [
    'drop index users_name_idx; create unique index users_name_idx on users (name)',
    'an earlier pending statement makes, renames or drops users_name_idx',
  ],
  [
    "alter table users add column k text default 'x' unique",
    'an earlier pending statement makes, renames or changes one of its columns',
  ],
  ['create table t (a integer); create unique index u on t (a)', 'an earlier pending statement makes the table'],
])('whether its index can be built before: %s', async (sql, obstacle) => {
  const statements = await readStatements(sql);
  const script = { migration: 'm', file: 'f.sql', transaction: 'none', applied: false, statements } as const;
  const asked = readDemands([script], {
    present: PRESENT,
    links: LINKS,
    objects: OBJECTS,
    notValid: [],
    path: ['public'],
  }).flatMap(({ ask }) => (ask.kind === 'unique' ? [ask.obstacle] : []));
  expect(asked).toEqual([obstacle]);
});
