import { expect, test } from 'vitest';
import { kebabCase } from '../../../src/commands/new/new.ts';

test.each([
  ['one row per WhatsApp message', 'one-row-per-whats-app-message'],
  ['Übergrößen, façade!', 'ubergrossen-facade'],
])('a migration named %s is filed as %s', (name, words) => {
  expect(kebabCase(name)).toBe(words);
});
