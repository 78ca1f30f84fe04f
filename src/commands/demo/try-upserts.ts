import { countRows } from '../../inspect/count-rows.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import { openSession } from '../../session/open-session.ts';
import { userSql } from '../../sql/user-sql.ts';
import { INCIDENTS, readUpserts, tableOf } from './incidents.ts';
import type { Show, Stage } from './stage.ts';

/** As many webhooks as arrive at once in the incident's own test. */
const WRITERS = 20;

/** Runs each application's upsert twice, in a transaction that is taken back. */
export async function tryUpserts(stage: Stage, moment: 'before' | 'after', show: Show): Promise<boolean> {
  const rows: [string, string][] = [];
  let asExpected = true;
  for (const incident of INCIDENTS) {
    const upsert = (await readUpserts(incident))[moment];
    const outcome = await attempt(stage.application, upsert.sql, tableOf(incident));
    rows.push([incident.name, `${upsert.title}: ${outcome.text}`]);
    asExpected &&= outcome.worked === (moment === 'after');
  }
  show(rows);
  return asExpected;
}

interface Attempt {
  readonly worked: boolean;
  readonly text: string;
}

async function attempt(session: Stage['application'], sql: string, table: TableName): Promise<Attempt> {
  const takenBack = new Error('taken back');
  let result: Attempt = { worked: false, text: '' };
  try {
    await session.transaction({}, async (tx) => {
      const before = await countRows(tx, table);
      await tx.query(userSql(sql));
      await tx.query(userSql(sql));
      const added = (await countRows(tx, table)) - before;
      result = { worked: added <= 1, text: added === 0 ? 'no second row' : `${added} new row for two deliveries` };
      throw takenBack;
    });
  } catch (error) {
    if (error instanceof MsgdbError) return { worked: false, text: `fails with ${error.data.sqlstate}` };
    if (error !== takenBack) throw error;
  }
  return result;
}

/** Twenty connections upsert one key at the same time: one row, and none of them fails. */
export async function raceUpserts(stage: Stage, show: Show): Promise<boolean> {
  const incident = INCIDENTS.find((each) => each.name === 'session-upsert');
  if (!incident) return false;
  const { sql } = (await readUpserts(incident)).after;
  const before = await countRows(stage.application, tableOf(incident));
  const writers = await Promise.all(
    Array.from({ length: WRITERS }, async () => openSession(stage.target, { purpose: 'demo webhook' })),
  );
  const results = await Promise.allSettled(writers.map(async (writer) => writer.query(userSql(sql))));
  await Promise.all(writers.map(async (writer) => writer.close()));
  const failed = results.filter((result) => result.status === 'rejected').length;
  const added = (await countRows(stage.application, tableOf(incident))) - before;
  show([['one customer, twenty connections', `${countOf(added, 'row')}, ${countOf(failed, 'error')}`]]);
  return failed === 0 && added === 1;
}
