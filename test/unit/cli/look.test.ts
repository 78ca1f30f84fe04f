import { describe, expect, test } from 'vitest';
import { plainLook, terminalLook } from '../../../src/cli/terminal/look.ts';
import { settleColour } from '../../../src/cli/terminal/settle-colour.ts';

const terminal = { isTTY: true, columns: 120 };
const pipe = {};

describe('colour', () => {
  test.each<[string, object, Record<string, string>, object, boolean]>([
    ['on a terminal', terminal, {}, {}, true],
    ['in a pipe', pipe, {}, {}, false],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, {}, false],
    ['an empty NO_COLOR says nothing', terminal, { NO_COLOR: '' }, {}, true],
    ['--no-color', terminal, {}, { color: false }, false],
    ['FORCE_COLOR in a pipe', pipe, { FORCE_COLOR: '1' }, {}, true],
    ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, {}, false],
    ['FORCE_COLOR=false', terminal, { FORCE_COLOR: 'False' }, {}, false],
    ['FORCE_COLOR goes before NO_COLOR', pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, {}, true],
    ['--no-color goes before FORCE_COLOR', terminal, { FORCE_COLOR: '1' }, { color: false }, false],
    ['TERM=dumb', terminal, { TERM: 'dumb' }, {}, false],
    ['FORCE_COLOR on TERM=dumb', terminal, { TERM: 'dumb', FORCE_COLOR: '1' }, {}, true],
  ])('%s', (_name, stream, env, flags, colour) => {
    expect(terminalLook(stream, { env, platform: 'linux' }, flags).colour).toBe(colour);
  });
});

describe('width', () => {
  test.each<[string, object, Record<string, string>, number]>([
    ['of the terminal', terminal, { COLUMNS: '60' }, 120],
    ['of a terminal that does not say', { isTTY: true, columns: 0 }, {}, 80],
    ['of a pipe', pipe, {}, 100],
    ['COLUMNS in a pipe', pipe, { COLUMNS: '132' }, 132],
    ['COLUMNS that is no number', pipe, { COLUMNS: 'wide' }, 100],
    ['COLUMNS of nothing', pipe, { COLUMNS: '0' }, 100],
  ])('%s', (_name, stream, env, width) => {
    expect(terminalLook(stream, { env, platform: 'linux' }, {}).width).toBe(width);
  });
});

describe('symbols', () => {
  test.each<[string, Record<string, string>, boolean]>([
    ['linux', { LANG: 'en_US.UTF-8' }, true],
    ['linux', { LANG: 'C.utf8' }, true],
    ['linux', {}, false],
    ['linux', { LANG: 'C' }, false],
    ['linux', { LANG: 'en_US.ISO-8859-1' }, false],
    ['linux', { LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    ['linux', { LC_ALL: '', LC_CTYPE: 'en_US.UTF-8', LANG: 'C' }, true],
    ['linux', { LANG: 'en_US.UTF-8', TERM: 'linux' }, false],
    ['win32', {}, true],
  ])('%s %j', (platform, env, unicode) => {
    expect(terminalLook(terminal, { env, platform }, {}).unicode).toBe(unicode);
  });
});

test('a file is never coloured and is UTF-8, whatever the terminal', () => {
  const look = plainLook({ env: { FORCE_COLOR: '1', LANG: 'C' }, platform: 'linux' }, { redact: true });
  expect(look).toEqual({ width: 100, colour: false, unicode: true, verbose: false, redact: true });
});

test.each<[Record<string, string>, readonly string[], Record<string, string>]>([
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, ['status'], { FORCE_COLOR: '1' }],
  [{ FORCE_COLOR: '1' }, ['status', '--no-color'], { NO_COLOR: '1' }],
  [{ NO_COLOR: '1' }, [], { NO_COLOR: '1' }],
  [{ FORCE_COLOR: '', NO_COLOR: '1' }, [], { FORCE_COLOR: '', NO_COLOR: '1' }],
  [{}, [], {}],
])('variables that contradict each other are settled for everybody: %j, %j', (env, words, settled) => {
  const mine = { ...env };
  settleColour(mine, words);
  expect(mine).toEqual(settled);
});
