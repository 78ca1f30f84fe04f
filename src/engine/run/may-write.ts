import { lackOfHistory } from '../../catalog/schema-owners.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { ServerFacts } from '../../model/facts.ts';
import { type Finding, finding } from '../../model/finding.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';

/**
 * A run changes nothing on a standby, nor where somebody wants nothing to be changed.
 * @throws MsgdbError MSGDB_PERMISSION_DENIED
 */
export function refuseReadOnly(server: ServerFacts): void {
  const hindrance = readOnlyBecause(server);
  if (!hindrance) return;
  const { what, why, fix } = hindrance;
  throw new MsgdbError('MSGDB_PERMISSION_DENIED', { what: `${what} Nothing was changed.`, why, fix });
}

/** What any run would be refused for here: the server, and where history and archive are kept. */
export async function findHindrances(workplace: Workplace): Promise<readonly Finding[]> {
  const { server } = workplace;
  const hindrance = readOnlyBecause(server);
  const schema = await readOnly(workplace, async (db) => lackOfHistory(db, server));
  return [
    ...(hindrance ? [finding('MSGDB_PERMISSION_DENIED', hindrance.what, { fix: hindrance.fix })] : []),
    ...(schema ? [schema] : []),
  ];
}

function readOnlyBecause({ standby, readOnly, database, user }: ServerFacts) {
  if (standby) {
    return {
      what: 'The server is a standby: nothing can be changed there.',
      why: 'It replays what the primary writes.',
      fix: 'Connect to the primary.',
    };
  }
  if (!readOnly) return undefined;
  return {
    what: `The database ${database} is set to be read-only for ${user}.`,
    why: 'default_transaction_read_only is on.',
    fix: 'Reset it (`alter database NAME reset default_transaction_read_only`, or `alter role`), or connect with another role.',
  };
}
