import type { Command, CommandFamily } from '../definition/command.ts';
import { ARCHIVE, ARCHIVE_COMMANDS, REPORT } from './archive.ts';
import { CHANGING_COMMANDS } from './changing.ts';
import { FENCE, FENCE_COMMANDS } from './fence.ts';
import { LOOKING_COMMANDS } from './looking.ts';
import { PREFLIGHT_COMMANDS } from './preflight.ts';
import { PROJECT_COMMANDS } from './project.ts';
import { UPSERT_COMMANDS } from './upserts.ts';

/** Every command, in the order of the help. A new command is one entry in one of these lists. */
export const COMMANDS: readonly Command[] = [
  ...LOOKING_COMMANDS,
  REPORT,
  ...PREFLIGHT_COMMANDS,
  ...UPSERT_COMMANDS,
  ...CHANGING_COMMANDS,
  ...ARCHIVE_COMMANDS,
  ...FENCE_COMMANDS,
  ...PROJECT_COMMANDS,
];

export const FAMILIES: readonly CommandFamily[] = [ARCHIVE, FENCE];
