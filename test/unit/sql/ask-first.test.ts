import { expect, test } from 'vitest';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { TriggerFacts } from '../../../src/model/triggers.ts';
import { resolveRule } from '../../../src/resolve/resolve-rule.ts';
import { absorbLosers } from '../../../src/sql/dedupe/absorb.ts';
import { factsOf, foreignKey, table } from '../../support/table-facts.ts';

const NOTED: TriggerFacts = {
  name: 'noted',
  timing: 'after',
  events: ['update'],
  enabled: true,
  always: false,
  row: false,
  when: undefined,
  columns: [],
  function: 'note()',
  foretold: { insert: undefined, update: undefined, delete: undefined },
};

test.each<[what: string, trigger: TriggerFacts, tables: readonly string[]]>([
  ['FOR EACH STATEMENT', NOTED, ['child']],
  ['FOR EACH ROW', { ...NOTED, row: true }, []],
  ['FOR EACH STATEMENT that is disabled', { ...NOTED, enabled: false }, []],
])('only a trigger %s has a run ask whether there is a row before it writes', (_, trigger, tables) => {
  const child = { ...table('child', ['t_id'], { triggers: [trigger] }), oid: 2 };
  const facts = factsOf(table('t', ['k'], { referencedBy: [foreignKey('child', ['t_id'])] }), [child]);
  const { dedupe } = resolveRule(uniqueKey({ table: 't', key: ['k'] }), facts);
  const statements = absorbLosers(dedupe, 0, { runId: '1', migration: null, operation: null });
  const written = statements.filter(({ writes, role }) => writes && role !== 'assert-none');
  expect(written.map(({ writes }) => writes?.table.name)).toEqual(['child', 't']);
  expect(statements.flatMap(({ onlyFor, writes }) => (onlyFor === undefined ? [] : [writes?.table.name]))).toEqual(
    tables,
  );
});
