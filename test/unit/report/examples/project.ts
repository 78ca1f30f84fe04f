import type { DemoReport, FilesReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';

export const init: FilesReport = {
  ...common,
  command: 'init',
  summary: 'The project is set up',
  next: 'msgdb new my-first-rule',
  durationMs: 8,
  created: ['msgdb.config.ts', 'migrations/0001-example.ts'],
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
