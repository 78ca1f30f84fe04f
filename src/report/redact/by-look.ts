import type { MsgdbError } from '../../model/errors.ts';
import type { Look, ReportFormat } from '../look.ts';
import { type Mask, maskValue, maskValueInAscii, redactWithNumbers } from './mask.ts';
import { redactError } from './messages.ts';
import { createRedactor, type Redactor } from './redactor.ts';

/** As the look wants it, with numbers for what is equal; as it is where nothing is hidden. */
export function redactByLook<Shown>(
  shown: Shown,
  redact: (shown: Shown, redactor: Redactor) => Shown,
  format: ReportFormat,
  look: Look,
): Shown {
  const mask = maskFor(format, look);
  const redactor = createRedactor(look.redact, mask);
  return redactor ? redactWithNumbers((numbered) => redact(shown, { ...redactor, mask: numbered }), mask) : shown;
}

/** An error says the same thing more than once, which needs no number. */
export function redactErrorByLook(error: MsgdbError, format: ReportFormat, look: Look): MsgdbError {
  const redactor = createRedactor(look.redact, maskFor(format, look));
  return redactor ? redactError(error, redactor) : error;
}

/** Only a terminal may lack the quotation marks ‹ ›; files are UTF-8. */
function maskFor(format: ReportFormat, look: Look): Mask {
  return format === 'human' && !look.unicode ? maskValueInAscii : maskValue;
}
