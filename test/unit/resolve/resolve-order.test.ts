import { expect, test } from 'vitest';
import type { OrderTerm } from '../../../src/model/dedupe.ts';
import type { TableFacts } from '../../../src/model/facts.ts';
import type { KeepTerm } from '../../../src/model/operations/keep.ts';
import { Refusals } from '../../../src/model/refusals.ts';
import { resolveOrder } from '../../../src/resolve/resolve-order.ts';
import { resolveReferences } from '../../../src/resolve/resolve-references.ts';
import { expectRefusals, type Refused } from '../../support/refusals.ts';
import { column, factsOf, foreignKey, table } from '../../support/table-facts.ts';

/** t (id, a, doc, Odd Name), which two columns of `child` and one of `other` refer to. */
function resolve(keep: readonly KeepTerm[], more: Partial<TableFacts> = {}) {
  const columns = [column('id'), column('a'), column('doc', { type: 'json', sortable: false }), column('Odd Name')];
  const referencedBy = [foreignKey('child', ['t_id']), foreignKey('child', ['old_id']), foreignKey('other', ['t_id'])];
  const own = table('t', [], { columns, referencedBy, ...more });
  const facts = factsOf(own, [table('child', ['t_id', 'old_id']), table('other', ['t_id'])]);
  const refusals = new Refusals('t');
  const references = resolveReferences([], facts, refusals);
  return { order: resolveOrder(keep, own, references, refusals), refusals: refusals.all };
}

/** As one would read it. */
function written(term: OrderTerm): string {
  const direction = `${term.descending ? 'desc' : 'asc'}${term.nullsFirst ? ' nulls first' : ''}`;
  if ('complete' in term) return `complete(${term.complete}) ${direction}`;
  if ('children' in term) return `children(${term.children}) ${direction}`;
  if ('ranking' in term) return `${term.column} in ${term.ranking} ${direction}`;
  return `${'column' in term ? term.column : `(${term.expression})`} ${direction}`;
}

test.each<[keep: readonly KeepTerm[], order: readonly string[]]>([
  [[], ['id asc']],
  [['a'], ['a asc', 'id asc']],
  [['a desc'], ['a desc', 'id asc']],
  [['  A   DESC   NULLS FIRST '], ['a desc nulls first', 'id asc']],
  [['a nulls last'], ['a asc', 'id asc']],
  [['a asc nulls first'], ['a asc nulls first', 'id asc']],
  [['"Odd Name" desc'], ['Odd Name desc', 'id asc']],
  [['length(a) desc'], ['(length(a)) desc', 'id asc']],
  [['max(a)'], ['(max(a)) asc', 'id asc']],
  [['a + 1'], ['(a + 1) asc', 'id asc']],
  [["(doc->>'at') desc nulls first"], ["((doc->>'at')) desc nulls first", 'id asc']],
  [['id desc'], ['id desc', 'id asc']],
  [[{ column: 'A', ranking: ['1', '2'] }], ['a in 1,2 asc', 'id asc']],
  // A ranking beside a direction of the same column: each says something else.
  [
    [{ column: 'a', ranking: ['1'] }, 'a desc'],
    ['a in 1 asc', 'a desc', 'id asc'],
  ],
  [[{ most: 'complete' }], ['complete(id,a,doc,Odd Name) desc', 'id asc']],
  [[{ most: 'complete', of: ['A', 'doc'] }], ['complete(a,doc) desc', 'id asc']],
  [[{ most: 'children' }], ['children(0,1,2) desc', 'id asc']],
  [[{ most: 'children', of: ['child'] }], ['children(0,1) desc', 'id asc']],
  [[{ most: 'children', of: ['child.old_id', 'child'] }], ['children(1,0) desc', 'id asc']],
])('%j', (keep, order) => {
  const resolved = resolve(keep);
  expectRefusals(resolved.refusals, []);
  expect(resolved.order.map(written)).toEqual(order);
});

test('without a primary key nothing is added: the place of a row completes the order', () => {
  expect(resolve(['a'], { primaryKey: [] }).order.map(written)).toEqual(['a asc']);
});

const CHILDLESS: Partial<TableFacts> = { referencedBy: [] };

test.each<[what: string, keep: readonly KeepTerm[], more: Partial<TableFacts>, refused: Refused]>([
  ['no such column', ['b desc'], {}, ['MSGDB_COLUMN_NOT_FOUND', 't has no column b.']],
  ['a ranking of none', [{ column: 'b', ranking: ['1'] }], {}, ['MSGDB_COLUMN_NOT_FOUND', 't has no column b.']],
  ['complete of none', [{ most: 'complete', of: ['b'] }], {}, ['MSGDB_COLUMN_NOT_FOUND', 't has no column b.']],
  [
    'a type without an order',
    ['doc desc'],
    {},
    ['MSGDB_REFUSED', 'Rows cannot be ordered by doc: its type json has no order.', "keep: ['(doc::text) asc']"],
  ],
  ['a column twice', ['a', 'A desc'], {}, ['MSGDB_USAGE', 'keep names the column a more than once.']],
  [
    'children where there are none',
    [{ most: 'children' }],
    CHILDLESS,
    ['MSGDB_REFUSED', 'No rows refer to those of t', 'Take the term out of keep'],
  ],
  [
    'children by a name, where there are none',
    [{ most: 'children', of: ['child'] }],
    CHILDLESS,
    ['MSGDB_REFUSED', 'No rows refer to those of t', 'Take the term out of keep'],
  ],
  [
    'children of another table',
    [{ most: 'children', of: ['t2'] }],
    {},
    ['MSGDB_REFUSED', 't2 is not a reference to t', 'What refers to it: child.t_id, child.old_id, other.t_id.'],
  ],
])('%s is refused', (_, keep, more, refused) => {
  expectRefusals(resolve(keep, more).refusals, [refused]);
});
