import stringWidth from 'fast-string-width';
import { expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { renderError } from '../../../src/report/render.ts';
import { plainLook } from './examples.ts';

const error = new MsgdbError('MSGDB_CONNECTION_FAILED', {
  what: 'Cannot reach db.example.com:5432.',
  why: 'The connection was refused (ECONNREFUSED).',
  fix: 'Start the server, or name another one with `--database-url`.',
  data: { code: 'ECONNREFUSED', line: 5432 },
  cause: new Error('the cause'),
});

test('an error says what, why and how to mend it, each on its own line, and its code', () => {
  expect(renderError(error, 'human', 'migrate', plainLook)).toBe(
    `✗ Cannot reach db.example.com:5432.
  why  The connection was refused (ECONNREFUSED).
  fix  Start the server, or name another one with \`--database-url\`.
  MSGDB_CONNECTION_FAILED
`,
  );
});

test('verbose adds the facts, never a stack', () => {
  const text = renderError(error, 'human', 'migrate', { ...plainLook, verbose: true });
  expect(text).toMatch(/ {2}line +5432\n/);
  expect(text).not.toContain('    at ');
  expect(text).not.toContain('the cause');
});

test.each([24, 40, 60, 80, 120])('every line of an error fits %i columns', (width) => {
  const data = { log: 'x'.repeat(50), dataDirectory: 'a name that is longer than others' };
  const long = new MsgdbError('MSGDB_EMBEDDED_FAILED', { what: error.message, why: error.why, fix: error.fix, data });
  const text = renderError(long, 'human', 'migrate', { ...plainLook, width, verbose: true, colour: true });
  for (const line of text.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
});

test('a message of several lines keeps them, and nothing in it steers the terminal', () => {
  const what = 'syntax error at or near "form"\n\tselect * form t\n\t         ^\x1b[2J';
  const text = renderError(new MsgdbError('MSGDB_DATABASE_ERROR', { what }), 'human', 'migrate', plainLook);
  expect(text).toContain('✗ syntax error at or near "form"\n    select * form t\n             ^\\x1b[2J\n');
});
