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
import { redactByLook, redactErrorByLook } from './redact/by-look.ts';
import type { Redactor } from './redact/redactor.ts';
import { redactReport, redactTarget } from './redact/report.ts';
import { renderErrorSarif, renderSarif } from './sarif.ts';

/** A report as text in one of the formats, ending in a newline. */
export function renderReport(report: Report, format: ReportFormat, look: Look): string {
  const shown = redactByLook(report, redactReport, format, look);
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
  const redactAll = (all: readonly TargetReport[], redactor: Redactor): readonly TargetReport[] =>
    all.map((target) => redactTarget(target, redactor));
  return renderTargetsHuman(redactByLook(targets, redactAll, 'human', look), look);
}

/** What kept `command` from making a report, as text in one of the formats, ending in a newline. Never a stack. */
export function renderError(error: MsgdbError, format: ReportFormat, command: string, look: Look): string {
  const shown = redactErrorByLook(error, format, look);
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
