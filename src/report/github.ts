import { CODES } from '../model/codes.ts';
import { countOf } from '../model/count-of.ts';
import type { MsgdbError } from '../model/errors.ts';
import type { Check, CheckUpsertsReport, Report } from '../model/report.ts';
import { printableLines } from './printable.ts';
import { type Remark, remarksOf } from './remarks.ts';
import { type SourcePlace, sourcePlaceOf } from './source-place.ts';

/** One workflow command of GitHub Actions, which the runner turns into an annotation. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly place?: SourcePlace | undefined;
}

/** GitHub shows ten annotations of a kind for each step, and leaves out the others without a word. */
const MOST = 10;

/**
 * The report as workflow commands: errors for findings, warnings and notices for checks that were skipped or have
 * something to show, notices for remarks, and a final one with the summary. The worst come first; what is beyond ten is
 * counted in the final one.
 */
export function renderGithub(report: Report): string {
  const annotations = [
    ...report.findings.map(
      (finding): Annotation => ({
        level: finding.level ?? 'error',
        title: `${finding.code}: ${CODES[finding.code].title}`,
        message: [aboutWhat(finding), finding.message, `Fix: ${finding.fix}`].filter(Boolean).join('\n'),
        place: sourcePlaceOf(finding),
      }),
    ),
    ...(report.command === 'verify' || report.command === 'doctor' ? report.checks.flatMap(checkAnnotation) : []),
    ...remarksOf(report).map(remarkAnnotation),
    ...(report.command === 'check-upserts' ? unresolvedAnnotation(report) : []),
  ];
  return renderWorst(annotations, {
    level: 'notice',
    title: `msgdb ${report.command}: ${report.verdict}`,
    message: report.summary + (report.next === undefined ? '' : `\nNext: ${report.next}`),
  });
}

const LEVELS = ['error', 'warning', 'notice'] as const;

/** The worst annotations, and the final one, which counts those that are left out. */
export function renderWorst(annotations: readonly Annotation[], final: Annotation): string {
  const worst = LEVELS.flatMap((level) => annotations.filter((each) => each.level === level));
  const shown = worst.slice(0, MOST - 1);
  const left = worst.slice(MOST - 1);
  const counts = LEVELS.map((level) => [level, left.filter((each) => each.level === level).length] as const);
  const parts = counts.filter(([, count]) => count > 0).map(([level, count]) => countOf(count, level));
  const rest = left.length === 0 ? '' : `\nNot among these annotations: ${parts.join(', ')}`;
  return renderAnnotations([...shown, { ...final, message: final.message + rest }]);
}

/** A failure as one error annotation and the final notice. */
export function renderErrorGithub(error: MsgdbError, command: string): string {
  return renderAnnotations([
    {
      level: 'error',
      title: `${error.code}: ${CODES[error.code].title}`,
      message: `${error.message}\nWhy: ${error.why}\nFix: ${error.fix}`,
      place: sourcePlaceOf(error),
    },
    { level: 'notice', title: `msgdb ${command}: failed`, message: error.message },
  ]);
}

function aboutWhat(about: { readonly table?: string | null; readonly migration?: string | null }): string {
  return [about.migration, about.table].filter(Boolean).join(' · ');
}

/** Failed checks are findings already. */
function checkAnnotation(check: Check): readonly Annotation[] {
  if (check.status !== 'info' && check.status !== 'skipped') return [];
  const level = check.status === 'info' ? 'notice' : 'warning';
  const title = check.status === 'info' ? check.title : `not checked: ${check.title}`;
  return [{ level, title, message: [aboutWhat(check), check.detail].filter(Boolean).join('\n') }];
}

function remarkAnnotation({ title, text }: Remark): Annotation {
  return { level: 'notice', title, message: text };
}

/** One for all: GitHub shows ten annotations of a kind for each step. */
function unresolvedAnnotation({ upserts }: CheckUpsertsReport): readonly Annotation[] {
  const unresolved = upserts.filter(({ status, ignored }) => status === 'unresolved' && ignored === null);
  if (unresolved.length === 0) return [];
  const lines = unresolved.map(({ file, line, message }) => `${file}:${line} ${message ?? ''}`.trimEnd());
  return [
    { level: 'notice', title: `${countOf(unresolved.length, 'upsert')} not resolved`, message: lines.join('\n') },
  ];
}

function renderAnnotations(annotations: readonly Annotation[]): string {
  return annotations.map((annotation) => `${renderAnnotation(annotation)}\n`).join('');
}

function renderAnnotation({ level, title, message, place }: Annotation): string {
  const properties = [
    ...(place ? [['file', place.file]] : []),
    ...(place?.line === undefined ? [] : [['line', String(place.line)]]),
    ...(place?.column === undefined ? [] : [['col', String(place.column)]]),
    ['title', title],
  ].map(([name, value]) => `${name}=${escapeProperty(value ?? '')}`);
  return `::${level} ${properties.join(',')}::${escapeData(message)}`;
}

/** The runner takes a line as a command, so no line break may get out; `%` is its escape character. */
function escapeData(text: string): string {
  return printableLines(text).join('\n').replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
