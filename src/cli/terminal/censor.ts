import { redactSecrets } from '../../config/redact.ts';
import { MsgdbError } from '../../model/errors.ts';
import { cleanDeep } from './clean-deep.ts';

/** Takes passwords out of text that did not come out of a report. */
export interface Censor {
  /** Adds secrets as they become known. */
  learn(secrets: Iterable<string>): void;
  clean(text: string): string;
  /** The same error without secrets in anything that is shown of it. */
  cleanError(error: MsgdbError): MsgdbError;
}

/** A censor that knows these secrets to begin with. */
export function createCensor(secrets: Iterable<string> = []): Censor {
  const known = new Set(secrets);
  function clean(text: string): string {
    return redactSecrets(text, known);
  }
  return {
    learn: (secrets) => {
      for (const secret of secrets) known.add(secret);
    },
    clean,
    cleanError: (error) =>
      new MsgdbError(error.code, {
        what: clean(error.message),
        why: clean(error.why),
        fix: clean(error.fix),
        data: cleanDeep(error.data, clean),
        cause: error.cause,
      }),
  };
}
