import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Flags } from '../../../../src/cli/definition/flag.ts';
import { offersGuide } from '../../../../src/cli/guide/offers-guide.ts';

function makeTerminal(stdin: boolean, stderr: boolean, env: Readonly<Record<string, string>> = {}) {
  const stream = (isTTY: boolean) => Object.assign(new PassThrough(), { isTTY });
  return { stdin: stream(stdin), stdout: stream(true), stderr: stream(stderr), env, platform: 'linux' };
}

test.each<Flags>([{}, { databaseUrl: 'postgresql://h/d' }, { color: true, redact: true, schema: 'shop' }])(
  'a person who says %j is led',
  (flags) => {
    expect(offersGuide(flags, makeTerminal(true, true))).toBe(true);
  },
);

test.each<Flags>([{ table: 't', key: 'k' }, { yes: true }, { dryRun: true }, { format: 'json' }, { quiet: true }])(
  '%j says what is to be done, or that nobody is to be asked',
  (flags) => {
    expect(offersGuide(flags, makeTerminal(true, true))).toBe(false);
  },
);

test.each([
  ['stdin is a file', makeTerminal(false, true)],
  ['stderr is a file', makeTerminal(true, false)],
  ['a log of CI', makeTerminal(true, true, { CI: 'true' })],
  ['a dumb terminal', makeTerminal(true, true, { TERM: 'dumb' })],
])('nobody can be asked: %s', (_, terminal) => {
  expect(offersGuide({}, terminal)).toBe(false);
});
