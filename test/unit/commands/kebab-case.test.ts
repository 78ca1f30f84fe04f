import { expect, test } from 'vitest';
import { kebabCase } from '../../../src/commands/new/new.ts';

test.each([
  ['one row per WhatsApp message', 'one-row-per-whatsapp-message'],
  ['WhatsApp', 'whatsapp'],
  ['unique messageId', 'unique-message-id'],
  ['OneRowPerMessage', 'one-row-per-message'],
  ['Übergrößen, façade!', 'ubergrossen-facade'],
])('a migration named %s is filed as %s', (name, words) => {
  expect(kebabCase(name)).toBe(words);
});
