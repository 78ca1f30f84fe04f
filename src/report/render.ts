import type { MsgdbError } from '../model/errors.ts';
import type { Report } from '../model/report.ts';
import type { TargetReport } from '../model/target-report.ts';
import { renderErrorGithub, renderGithub } from './github.ts';
import { renderErrorGitlab, renderGitlab } from './gitlab.ts';
import { renderErrorHtml, renderHtml } from './html/html.ts';
import { renderErrorHuman } from './human/error.ts';
import { renderHuman, renderTargetsHuman } from './human/human.ts';
import { renderErrorJson, renderJson } from './json.ts';
import { renderErrorJunit, renderJunit } from './junit.ts';
import type { Look, ReportFormat } from './look.ts';
import { renderErrorMarkdown, renderMarkdown } from './markdown/markdown.ts';
import { renderErrorNdjson, renderNdjson } from './ndjson.ts';
import {
  type Mask,
  maskValue,
  maskValueInAscii,
  redactError,
  redactReport,
  redactTarget,
  redactWithNumbers,
} from './redact.ts';
import { renderErrorSarif, renderSarif } from './sarif.ts';

/** A report as text in one of the formats, ending in a newline. */
export function renderReport(report: Report, format: ReportFormat, look: Look): string {
  const shown = look.redact ? redactWithNumbers((mask) => redactReport(report, mask), maskFor(format, look)) : report;
  switch (format) {
    case 'human':
      return renderHuman(shown, look);
    case 'json':
      return renderJson(shown);
    case 'junit':
      return renderJunit(shown);
    case 'github':
      return renderGithub(shown);
    case 'sarif':
      return renderSarif(shown);
    case 'gitlab':
      return renderGitlab(shown);
    case 'markdown':
      return renderMarkdown(shown);
    case 'html':
      return renderHtml(shown);
    case 'ndjson':
      return renderNdjson(shown);
  }
}

/** What is about to be removed, for the person who is asked about it: figures, and groups as examples. */
export function renderPreview(targets: readonly TargetReport[], look: Look): string {
  const redacted = (mask: Mask): readonly TargetReport[] => targets.map((target) => redactTarget(target, mask));
  return renderTargetsHuman(look.redact ? redactWithNumbers(redacted, maskFor('human', look)) : targets, look);
}

/** What kept `command` from making a report, as text in one of the formats, ending in a newline. Never a stack. */
export function renderError(error: MsgdbError, format: ReportFormat, command: string, look: Look): string {
  const shown = look.redact ? redactError(error, maskFor(format, look)) : error;
  switch (format) {
    case 'human':
      return renderErrorHuman(shown, look);
    case 'json':
      return renderErrorJson(shown, command);
    case 'junit':
      return renderErrorJunit(shown, command);
    case 'github':
      return renderErrorGithub(shown, command);
    case 'sarif':
      return renderErrorSarif(shown);
    case 'gitlab':
      return renderErrorGitlab(shown);
    case 'markdown':
      return renderErrorMarkdown(shown, command);
    case 'html':
      return renderErrorHtml(shown, command);
    case 'ndjson':
      return renderErrorNdjson(shown, command);
  }
}

/** Only a terminal may lack the quotation marks ‹ ›; files are UTF-8. */
function maskFor(format: ReportFormat, look: Look): Mask {
  return format === 'human' && !look.unicode ? maskValueInAscii : maskValue;
}
