import { redactSecrets } from '../../config/redact.ts';
import { MsgdbError } from '../../model/errors.ts';

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
        data: cleanRecord(error.data, clean),
        cause: error.cause,
      }),
  };
}

function cleanRecord(
  record: Readonly<Record<string, unknown>>,
  clean: (text: string) => string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, cleanValue(value, clean)]));
}

function cleanValue(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((each) => cleanValue(each, clean));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return cleanRecord(value as Readonly<Record<string, unknown>>, clean);
}
