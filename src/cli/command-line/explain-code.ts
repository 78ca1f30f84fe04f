import type { CodeEntry } from '../../model/code-entry.ts';
import { CODES, type ErrorCode } from '../../model/codes.ts';
import { MsgdbError } from '../../model/errors.ts';
import { nearest } from '../../model/nearest.ts';
import { renderCodeHuman } from '../../report/human/code.ts';
import type { Look } from '../../report/look.ts';

/** Codes begin like this, and no command does. */
export function isLikeCode(word: string): boolean {
  return /^msgdb_/i.test(word);
}

/**
 * What a code of the registry means, for people.
 * @throws MsgdbError MSGDB_USAGE for a code that there is not.
 */
export function explainCode(word: string, look: Look): string {
  const entries: Readonly<Record<string, CodeEntry>> = CODES;
  const code = word.toUpperCase();
  const entry = entries[code];
  if (entry) return renderCodeHuman(code as ErrorCode, entry, look);
  const meant = nearest(code, Object.keys(CODES));
  throw new MsgdbError('MSGDB_USAGE', {
    what: `There is no code ${word}.`,
    why: 'Codes stand behind what is wrong, in every form of the report.',
    fix: meant
      ? `Did you mean \`msgdb help ${meant}\`?`
      : 'docs/reference/codes.md, which is in the package, lists all of them.',
  });
}
