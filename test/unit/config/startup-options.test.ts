import { expect, test } from 'vitest';
import { parseStartupOptions } from '../../../src/config/startup-options.ts';

test.each([
  ['', {}],
  ['-c statement_timeout=5s', { statement_timeout: '5s' }],
  ['-cstatement_timeout=5s', { statement_timeout: '5s' }],
  ['--statement-timeout=5s', { statement_timeout: '5s' }],
  [String.raw`-c search_path=a,\ b  -c app.user=1`, { search_path: 'a, b', 'app.user': '1' }],
  [String.raw`-c a=b\\c`, { a: 'b\\c' }],
  ['-c a=x=y', { a: 'x=y' }],
  ['-c a=', { a: '' }],
  ['endpoint=ep-cool-name', {}],
])('the settings of %j', (options, settings) => {
  expect(parseStartupOptions(options, 'PGOPTIONS')).toEqual({ settings, warnings: [] });
});

test.each(['-c', '-c a', '-e', '-d 5', '-c 1a=b', "-c a'b=c"])('%j gives a warning and sets nothing', (options) => {
  const { settings, warnings } = parseStartupOptions(options, 'PGOPTIONS');
  expect(settings).toEqual({});
  expect(warnings).toEqual([
    'A part of "options" given by PGOPTIONS is not of the form -c name=value and is left out.',
  ]);
});
