import { expect, test } from 'vitest';
import { directConnection } from '../../../src/session/pooler-advice.ts';

test.each([
  ['aws-0-eu-central-1.pooler.supabase.com', 6543, /^Port 6543 .* with port 5432/],
  [
    'ep-cool-name-123456-pooler.eu-central-1.aws.neon.tech',
    5432,
    /with ep-cool-name-123456\.eu-central-1\.aws\.neon\.tech into/,
  ],
  ['pooler.example.com', 6432, /^Connect to the server itself/],
] as const)('behind %s:%i it is said how to reach a server process of its own', (host, port, advice) => {
  expect(directConnection([{ host, port }])).toMatch(advice);
});
