import { expect, test } from 'vitest';
import type { ForeignKeyFacts, TableFacts } from '../../../src/model/facts.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { resolveRule } from '../../../src/resolve/resolve-rule.ts';
import { factsOf, foreignKey, index, table } from '../../support/table-facts.ts';

/** t, whose copies go; child refers to it by t_id, and a grandchild to child by (id, t_id) or by id alone. */
function tiesOf(grandchild: ForeignKeyFacts): readonly string[] {
  const child = table('child', ['t_id'], {
    indexes: [index('child_pkey', ['id'], { primary: true }), index('child_whole', ['id', 't_id'])],
    referencedBy: [grandchild],
  });
  const related: readonly TableFacts[] = [child, table('grandchild', ['child_id', 't_id'])];
  const facts = factsOf(table('t', ['k'], { referencedBy: [foreignKey('child', ['t_id'])] }), related);
  const { moves, ties } = resolveRule(uniqueKey({ table: 't', key: ['k'] }), facts).ties;
  return [
    ...moves.map(({ kind, image, columns }) => `${kind} ${image.table.name}.${columns.map(({ name }) => name)}`),
    ...ties.map(({ kind, key, settled }) => `${kind} by ${key.name}${settled.length > 0 ? ', settled' : ''}`),
  ];
}

const WHOLE = { referenced: ['id', 't_id'], name: 'whole' };

test.each<[what: string, grandchild: ForeignKeyFacts, ties: readonly string[]]>([
  [
    'a key that re-pointing does not change holds nothing',
    foreignKey('grandchild', ['child_id']),
    ['children child.t_id'],
  ],
  [
    'a key that it changes holds the row',
    foreignKey('grandchild', ['child_id', 't_id'], WHOLE),
    ['children child.t_id', 'held by whole'],
  ],
  [
    'ON UPDATE CASCADE takes the rows along',
    foreignKey('grandchild', ['child_id', 't_id'], { ...WHOLE, onUpdate: 'cascade' }),
    ['children child.t_id', 'cascade grandchild.t_id'],
  ],
])('%s', (_, grandchild, ties) => {
  expect(tiesOf(grandchild)).toEqual(ties);
});
