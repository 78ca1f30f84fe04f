import { countOf } from '../../model/count-of.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { NotRestored } from '../../model/outcome.ts';

/** Rows that stay in the archive, as a finding: as PostgreSQL writes keys, so that they are known as values of rows. */
export function notRestored({ table, rows, reason, runId, identity, keys, fix }: NotRestored): Finding {
  const more = rows > keys.length ? '; …' : '';
  const which = keys.length === 0 ? '' : `, (${identity.join(', ')})=(${keys.join('; ')}${more})`;
  const were = countOf(rows, `row${which}, was`, `rows${which}, were`);
  return finding(
    'MSGDB_NOT_RESTORED',
    `${table}: ${which === '' ? countOf(rows, 'row was', 'rows were') : were} not restored: ${reason}`,
    {
      table,
      fix:
        fix ??
        `See the rows with \`msgdb archive show ${runId}\`, and write those that should come back with INSERT or UPDATE; or change what is in their way and run \`msgdb archive restore ${runId}\`.`,
      data: { runId },
    },
  );
}
