import { MsgdbError } from '../../model/errors.ts';
import type { Context } from '../context/context.ts';
import { declaredRules } from '../project/load-files.ts';
import { findRunners } from '../runners/find-runners.ts';

/** How many rules the migrations declare: none in a project without a folder of them, or with another runner's. */
export async function countRules(context: Context): Promise<number> {
  try {
    return (await declaredRules(context)).length;
  } catch (error) {
    if (await hasNone(context, error)) return 0;
    throw error;
  }
}

async function hasNone({ projectDir }: Context, error: unknown): Promise<boolean> {
  if (!(error instanceof MsgdbError)) return false;
  if (error.code === 'MSGDB_CONFIG_INVALID') return error.data.folder !== undefined;
  return error.code === 'MSGDB_MIGRATION_INVALID' && (await findRunners(projectDir)).length > 0;
}
