import { countOf } from '../../model/count-of.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { EmptyPath } from '../../upserts/files/find-empty-paths.ts';
import type { JudgedUpsert } from '../../upserts/judge/judged-upsert.ts';

/** With --strict an upsert that is not resolved is an error, like one that fails: a baseline or a comment takes it out. */
export function refuseUnresolved(judged: JudgedUpsert): JudgedUpsert {
  if (judged.status !== 'unresolved') return judged;
  return {
    ...judged,
    remarks: [
      {
        level: 'error',
        code: 'MSGDB_UPSERT_UNRESOLVED',
        message: `Not resolved: ${judged.reason ?? 'its table or target is not known'}.`,
        fix: `${judged.remedy ?? 'Write out the table and the target in one place'}, or ignore it: \`msgdb-ignore: REASON\` in a comment above it, or --baseline.`,
      },
      ...judged.remarks,
    ],
  };
}

/** With --strict a file that was not read is an error too: there may be upserts in it. */
export function refuseUnread({ file, reason }: { readonly file: string; readonly reason: string }): Finding {
  return finding('MSGDB_SOURCE_NOT_READ', `${file} was not read: ${reason}.`, { data: { file } });
}

/** With --strict a schema that could not be made in full is an error: what it lacks may be what an upsert needs. */
export function refuseIncomplete({ file, reason }: { readonly file: string; readonly reason: string }): Finding {
  return finding('MSGDB_SOURCE_NOT_READ', `${file} could not be made in full: ${reason}`, {
    fix: 'Correct the statement in the schema file, or check against the database itself, without --schema-file.',
    data: { file },
  });
}

/** With --strict a path without any source is an error: it is wrong, or what it named has gone elsewhere. */
export function refuseEmpty({ path, absolute, others }: EmptyPath): Finding {
  const there =
    others === 0
      ? 'is no file'
      : `${others === 1 ? 'is' : 'are'} ${countOf(others, 'file')}, none of a language that is read`;
  return finding('MSGDB_NOTHING_CHECKED', `Nothing was checked in ${path}: at or below ${absolute} ${there}.`, {
    data: { path, absolute },
  });
}
