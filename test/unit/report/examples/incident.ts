import { finding } from '../../../../src/model/finding.ts';
import type { DedupeReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';
import { dedupe } from './dedupe.ts';
import { explained } from './explained.ts';
import { findDuplicates } from './find-duplicates.ts';

const [messages, chats] = dedupe.targets;

/** The report of an incident with all that one can hold: rules, groups, how the copies came, what was done and when. */
export const incident: DedupeReport = {
  ...common,
  command: 'dedupe',
  verdict: 'findings',
  summary: '2,313 excess rows archived and removed, 1 group left alone',
  next: 'msgdb verify',
  durationMs: 92_400,
  dryRun: false,
  runId: '20241120-080512-7f3a',
  findings: [
    finding('MSGDB_GROUP_DIFFERS', 'In 1 group of Chat the copies differ in `name`: it was left alone.', {
      table: 'Chat',
      fix: 'Say how the survivor takes the value with `--merge name=first-non-null`.',
    }),
  ],
  targets: [
    ...(messages === undefined
      ? []
      : [
          {
            ...messages,
            samples: findDuplicates.targets[0]?.samples ?? [],
            ...(explained.targets[0]?.why && { why: explained.targets[0].why }),
          },
        ]),
    ...(chats === undefined
      ? []
      : [{ ...chats, samples: findDuplicates.targets[1]?.samples ?? [], deleted: 3, archived: 3, merged: 1 }]),
  ],
  plan: [],
  timeline: [
    { kind: 'section', title: 'chat_messages', startMs: 0, durationMs: null },
    {
      kind: 'step',
      title: 'Remove excess rows from chat_messages',
      startMs: 12,
      durationMs: 88_000,
      detail: '2,310 rows removed (archived), message_reactions.message_id: 712 rows re-pointed',
    },
    {
      kind: 'waiting',
      title: 'waiting for a lock on chat_messages held by pid 4711 (shop-worker, idle in transaction for 41 s)',
      startMs: 4_000,
      durationMs: 31_000,
    },
    { kind: 'note', title: 'pass 2 found nothing', startMs: 87_000, durationMs: null },
    {
      kind: 'step',
      title: 'Remove excess rows from Chat',
      startMs: 88_100,
      durationMs: 4_100,
      detail: '3 rows removed (archived)',
    },
  ],
};
