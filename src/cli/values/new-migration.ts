import type { EmitOptions } from '../../commands/new/emit/emit-repair.ts';
import type { NewOptions } from '../../commands/new/new.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Flags } from '../definition/flag.ts';
import { parseRule, refuseDetails } from './rule.ts';
import { splitList } from './split-list.ts';

/**
 * What `new` is told; a table or a key alone is filled in as far as it goes.
 * @throws MsgdbError MSGDB_USAGE
 */
export function parseNew(name: string, flags: Flags): NewOptions {
  if (flags.dir !== undefined) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: '--dir is given without --emit.',
      why: "It is the folder of another runner's migrations.",
      fix: 'Add --emit RUNNER; the folder of your own migrations is --migrations-dir.',
    });
  }
  const { table, key } = flags;
  const rule = table !== undefined && key !== undefined ? parseRule(flags) : undefined;
  if (rule === undefined) refuseDetails(flags);
  return {
    name,
    ...(table === undefined ? {} : { table }),
    ...(key === undefined ? {} : { key: [...splitList(key, '--key')] }),
    ...(rule === undefined ? {} : { rule }),
    sql: flags.sql === true,
  };
}

/** The same, with --emit. */
export function parseEmit(name: string, runner: string, flags: Flags): EmitOptions {
  if (flags.sql) {
    throw new MsgdbError('MSGDB_USAGE', {
      what: '--emit and --sql are given together.',
      why: '--sql writes two empty files for msgdb; --emit writes the whole repair for another runner.',
      fix: 'Leave --sql out; for plain SQL files use --emit sql.',
    });
  }
  const rule = parseRule(flags);
  if (rule) return { name, rule, runner, directory: flags.dir };
  throw new MsgdbError('MSGDB_USAGE', {
    what: '--emit is given without --table and --key.',
    why: 'It writes the repair of one rule.',
    fix: `Name the rule: msgdb new ${name} --emit ${runner} --table chat --key page_id,psid.`,
  });
}
