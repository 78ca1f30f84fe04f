import type { OperationFacts } from '../../model/facts.ts';
import { quoted } from '../../model/name.ts';
import { tableLabel } from '../../model/table-label.ts';

/** The build of a smaller table is over before it matters. */
const LARGE = 256 * 1024 ** 2;

/** A server, or a role, that allows no parallel builds makes the build of a large index longer than it has to be. */
export function workerNotes({ server, table }: OperationFacts): readonly string[] {
  if (server.maintenanceWorkers > 0 || server.parallelWorkers === 0 || table.bytes < LARGE) return [];
  return [
    `The index on ${tableLabel(table.table)} is built by one process, as max_parallel_maintenance_workers is 0. To let workers take part: \`alter role ${quoted(server.user)} set max_parallel_maintenance_workers = 2;\``,
  ];
}
