import type { ServerFacts } from '../model/facts.ts';
import type { EngineSettings } from './workplace.ts';

/** What bounds the memory of a statement: what the user allows, and what the server would give by itself. */
export interface Memory {
  readonly settings: Pick<EngineSettings, 'memoryBytes'>;
  readonly server: Pick<ServerFacts, 'maintenanceBytes' | 'workBytes'>;
}

const USUAL_BYTES = 256 * 1024 ** 2;
const MAX_KILOBYTES = 2_147_483_647;

/** `maintenance_work_mem` of a build, which its workers share. Only `--memory` makes it less than the server's own. */
export function buildMemory({ settings, server }: Memory): string {
  return kilobytesOf(settings.memoryBytes ?? Math.max(USUAL_BYTES, server.maintenanceBytes));
}

/** `maintenance_work_mem` of a build that is left as the server has it, within `--memory`. */
export function ownBuildMemory({ settings, server }: Memory): string {
  return kilobytesOf(Math.min(server.maintenanceBytes, settings.memoryBytes ?? Infinity));
}

/** `work_mem` where so many sorts or hashes go on at a time. Only `--memory` makes it less than the server's own. */
export function sortMemory({ settings, server }: Memory, shares: number): string {
  return kilobytesOf(
    settings.memoryBytes === undefined
      ? Math.max(USUAL_BYTES / shares, server.workBytes)
      : settings.memoryBytes / shares,
  );
}

/** An amount of memory as a setting has it, within what every server takes. */
function kilobytesOf(bytes: number): string {
  return `${Math.min(Math.max(Math.floor(bytes / 1024), 64), MAX_KILOBYTES)}kB`;
}
