import { expect, test } from 'vitest';
import type { Flags } from '../../../src/cli/definition/flag.ts';
import { parsePlanFlags } from '../../../src/cli/values/plan-flags.ts';
import { errorOf } from './errors.ts';

test.each<[Flags, object]>([
  [{}, {}],
  [{ table: 't', key: 'k' }, {}],
  [{ plan: 'a.plan', dryRun: true, yes: true, limit: '5%', onDiffer: 'stop' }, { apply: 'a.plan' }],
  [{ planOut: 'a.plan', table: 't', key: 'k', dryRun: true }, { write: 'a.plan' }],
])('flags of a plan file: %j', (flags, parsed) => {
  expect(parsePlanFlags(flags)).toEqual(parsed);
});

test.each<[Flags, string]>([
  [{ plan: ' ' }, '--plan is given without a file'],
  [{ planOut: '' }, '--plan-out is given without a file'],
  [{ plan: 'a', planOut: 'b' }, '--plan and --plan-out are given together'],
  [{ plan: 'a', table: 't', key: 'k' }, '--plan and --table are given together'],
  [{ plan: 'a', keep: 'id' }, '--plan and --keep are given together'],
  [{ plan: 'a', sql: true }, '--plan and --sql are given together'],
  [{ planOut: 'a', sql: true }, '--plan-out and --sql are given together'],
  [{ planOut: 'a', yes: true }, '--plan-out and --yes are given together'],
])('flags that do not go together: %j', (flags, message) => {
  const error = errorOf(() => parsePlanFlags(flags));
  expect(error.code).toBe('MSGDB_USAGE');
  expect(error.message).toContain(message);
});
