import { findMissingTables, incompleteHistory } from '../../catalog/history-tables.ts';
import { readSchemaOwner } from '../../catalog/read-schema-owner.ts';
import { adviseOnSchema, refuseForeignObjects } from '../../catalog/schema-owners.ts';
import { MsgdbError } from '../../model/errors.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { queryTogether } from '../../session/query-together.ts';
import type { RunRecord, Workplace } from '../../session/workplace.ts';
import { closeRun } from '../../sql/history.ts';
import { createHistorySchema, createHistoryTables, openRun } from '../../sql/history-schema.ts';
import { dropWorkTables } from '../dedupe/drop-work-tables.ts';
import { outliveKilled } from './outlive-killed.ts';

/** The record of a run that is about to begin; nothing is written yet. */
export function prepareRecord(id: string, command: string): RunRecord {
  let opened = false;
  return {
    open: async (over) => {
      if (opened) return;
      await writeRecord(over, id, command);
      // It may be making work tables of the same names.
      await outliveKilled(over);
      await dropWorkTables(over.session);
      opened = true;
    },
    close: async ({ session }) => {
      if (opened) await session.query(closeRun(id));
    },
  };
}

async function writeRecord(over: Workplace, id: string, command: string): Promise<void> {
  try {
    await over.session.transaction({}, async (tx) => {
      const missing = await findMissingTables(tx);
      if (missing === undefined) {
        const schema = await readSchemaOwner(tx);
        await queryTogether(tx, schema ? createHistoryTables() : createHistorySchema());
      } else if (missing.length > 0) throw incompleteHistory(missing, over.server.history);
      // Somebody may have been first at making it meanwhile.
      await refuseForeignObjects(tx);
      await tx.query(openRun(id, command));
    });
  } catch (error) {
    throw isDenied(error) ? await cannotKeepHistory(over, error) : error;
  }
}

/** PostgreSQL's own refusal; a refusal of msgdb's says itself what it is about. */
function isDenied(error: unknown): boolean {
  return sqlstateOf(error) === '42501';
}

async function cannotKeepHistory({ server, session }: Workplace, cause: unknown): Promise<MsgdbError> {
  return new MsgdbError('MSGDB_PERMISSION_DENIED', {
    what: `The role ${server.user} may not make or use the schema ${server.history}, where history and archive are kept.`,
    ...(cause instanceof Error ? { why: cause.message } : {}),
    fix: await adviseOnSchema(session, server),
    cause,
  });
}
