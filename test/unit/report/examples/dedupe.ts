import type { DedupeReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';
import { findDuplicates } from './find-duplicates.ts';
import { plan } from './plan.ts';

const targets = findDuplicates.targets.map((target) => ({
  ...target,
  deleted: 0,
  marked: 0,
  archived: 0,
  merged: 0,
  childrenRemoved: [],
  repointed: [],
}));

export const dedupeDryRun: DedupeReport = {
  ...common,
  command: 'dedupe',
  summary: '2,314 rows would be removed',
  next: 'msgdb dedupe --yes',
  durationMs: 820,
  dryRun: true,
  runId: null,
  planFile: 'dedupe.plan',
  targets: targets.map((target) => ({
    ...target,
    differing: { groups: 1, columns: [{ column: 'status', groups: 1 }] },
    references: [
      {
        table: 'message_reactions',
        columns: ['message_id'],
        kind: 'foreign-key',
        onDelete: 'cascade',
        onCollision: 'keep-survivor',
        repointed: 712,
        colliding: 3,
      },
    ],
  })),
  plan,
};

export const dedupe: DedupeReport = {
  ...common,
  command: 'dedupe',
  summary: '2,314 excess rows archived and removed',
  next: 'msgdb rollback',
  durationMs: 92_400,
  dryRun: false,
  runId: '20241120-080512-7f3a',
  targets: targets.map((target) => ({
    ...target,
    samples: [],
    deleted: target.excessRows,
    archived: target.excessRows,
    merged: target.groups,
    repointed:
      target.table === 'chat_messages'
        ? [
            { table: 'message_reactions', columns: ['message_id'], rows: 712 },
            { table: 'message_media', columns: ['tenant_id', 'message_id'], rows: 1 },
          ]
        : [],
  })),
  plan: [],
};
