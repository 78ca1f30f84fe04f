import type { DemoReport, InitReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';

export const init: InitReport = {
  ...common,
  command: 'init',
  dryRun: false,
  summary: 'The project is set up',
  next: 'msgdb preflight',
  durationMs: 8,
  found: [
    { what: 'runner', name: 'Prisma', where: '12 migrations in prisma/migrations' },
    { what: 'database URL', name: 'DIRECT_URL', where: 'prisma/schema.prisma' },
    { what: 'CI', name: 'GitHub Actions', where: '.github' },
  ],
  created: ['msgdb.config.ts', 'msgdb/migrations/'],
  snippets: [
    {
      place: 'package.json, scripts',
      why: 'package.json is not changed without --yes',
      text: '"msgdb:preflight": "…"',
    },
  ],
};

export const demo: DemoReport = {
  ...common,
  command: 'demo',
  summary: 'Five incidents repaired, and undone again',
  durationMs: 8120,
  chapters: [
    { title: 'WhatsApp accounts: ON CONFLICT without an index', verdict: 'ok' },
    { title: 'Chat messages: webhook retries', verdict: 'ok' },
  ],
};
