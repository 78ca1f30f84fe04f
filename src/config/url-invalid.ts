import { MsgdbError } from '../model/errors.ts';

/** The error for a connection string that cannot be read. It says nothing of what the string holds. */
export function urlInvalid(source: string, detail: { readonly why: string; readonly fix: string }): MsgdbError {
  return new MsgdbError('MSGDB_URL_INVALID', {
    what: `The database connection given by ${source} cannot be read.`,
    ...detail,
    data: { source },
  });
}

/** The commonest mistake: a password pasted into a URL as it is. */
export function reservedCharacter(character: '@' | '/' | '#', source: string): MsgdbError {
  return urlInvalid(source, {
    why: `There is a "${character}" where none can be; most likely the password has an unescaped @, /, ? or #.`,
    fix: 'Percent-encode the password: @ as %40, / as %2F, ? as %3F, # as %23, : as %3A, % as %25.',
  });
}
