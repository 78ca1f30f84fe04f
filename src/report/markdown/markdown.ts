import { CODES, type ErrorCode } from '../../model/codes.ts';
import { countOf, formatCount } from '../../model/count-of.ts';
import type { MsgdbError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { AppliedMigration } from '../../model/plan-report.ts';
import type { Report, Verdict, VerifyReport } from '../../model/report.ts';
import type { DedupeTargetReport, TargetReport } from '../../model/target-report.ts';
import { codeUrl, explainCommand } from '../documentation.ts';
import { formatDuration } from '../human/numbers.ts';
import { remarksOf } from '../remarks.ts';
import { changeWords, undoneWords } from '../run-words.ts';
import { sourcePlaceOf } from '../source-place.ts';
import { undoCommand } from '../undo-command.ts';
import { code, plain, prose } from './escape.ts';

/** A comment is read, not searched; GitHub and GitLab cut it, or refuse it, beyond 65,536 characters. */
const MOST_ENTRIES = 20;
const LONGEST = 60_000;

const SIGNS: Readonly<Record<Verdict, string>> = { ok: '✅', findings: '⚠️', failed: '❌' };

/** The report as a comment on a pull request, or a step summary: what was found or done, what to act on, what to run next. */
export function renderMarkdown(report: Report): string {
  const name = report.command === 'archive' ? `archive ${report.action}` : report.command;
  const undo = undoCommand(report);
  return join([
    heading(report.verdict, name, report.summary),
    ...bodyOf(report),
    ...findingsOf(report.findings),
    list(remarksOf(report).map(({ title, text }) => `${plain(title)}<br>${prose(text)}`)),
    report.next === undefined ? '' : `Next: ${code(report.next)}`,
    undo === undefined ? '' : `Undo: ${code(undo)}`,
    `<sub>${[report.database ?? '', formatDuration(report.durationMs)].filter(Boolean).map(plain).join(' · ')}</sub>`,
  ]);
}

/** A failure as such a comment. */
export function renderErrorMarkdown(error: MsgdbError, command: string): string {
  const { code: known, message, fix, why, data } = error;
  const shown = finding(known, message, { fix, data });
  return join([heading('failed', command, CODES[known].title), ...findingsOf([shown]), `Why: ${prose(why)}`]);
}

function heading(verdict: Verdict, name: string, summary: string): string {
  return `### ${SIGNS[verdict]} msgdb ${plain(name)}: ${plain(summary)}`;
}

function bodyOf(report: Report): readonly string[] {
  switch (report.command) {
    case 'find-duplicates':
      return [rulesTable(report.targets)];
    case 'dedupe':
      return [report.dryRun ? rulesTable(report.targets) : outcomeTable(report.targets)];
    case 'preflight':
      return [rulesTable(report.targets)];
    case 'migrate':
      return [appliedTable(report.applied), pendingList(report.pending)];
    case 'redo':
      return [appliedTable([...report.rolledBack, ...report.applied])];
    case 'rollback':
      return [appliedTable(report.rolledBack)];
    case 'verify':
    case 'doctor':
      return [checksTable(report)];
    case 'status':
      return [
        table(
          ['Migration', 'State'],
          report.migrations.map((each) => [code(each.name), plain(each.state)]),
        ),
      ];
    case 'archive':
      return [
        table(
          ['Run', 'Tables'],
          report.runs.map((run) => [code(run.runId), run.tables.map((each) => code(each.table)).join(', ')]),
        ),
      ];
    case 'report':
      return [
        table(
          ['Table', 'What was done', 'Since'],
          report.changes.map((each) => [
            code(each.table ?? each.migration ?? ''),
            plain(changeWords(each)),
            plain(undoneWords(each)),
          ]),
        ),
        table(
          ['Index', 'Before', 'Now'],
          report.indexes.map(({ name, before, now }) => [code(name), before, now]),
        ),
      ];
    default:
      return [];
  }
}

function rulesTable(targets: readonly TargetReport[]): string {
  return table(
    ['', 'Table', 'Unique key', '>Rows', '>Groups', '>Excess rows'],
    targets.map((each) => [
      each.excessRows > 0 ? SIGNS.findings : SIGNS.ok,
      code(each.table),
      code(each.key.join(', ')) + (each.where === null ? '' : ` where ${code(each.where)}`),
      ...[each.coveredRows, each.groups, each.excessRows].map(formatCount),
    ]),
  );
}

function outcomeTable(targets: readonly DedupeTargetReport[]): string {
  return table(
    ['', 'Table', 'Unique key', '>Excess before', '>Removed', '>Archived', '>Merged'],
    targets.map((each) => [
      each.deleted + each.marked < each.excessRows ? SIGNS.findings : SIGNS.ok,
      code(each.table),
      code(each.key.join(', ')),
      ...[each.excessRows, each.deleted, each.archived, each.merged].map(formatCount),
    ]),
  );
}

function appliedTable(applied: readonly AppliedMigration[]): string {
  return table(
    ['Migration', 'Step', 'What came of it', '>Took'],
    applied.flatMap(({ name, steps }) =>
      steps.map((step) => [code(name), plain(step.title), plain(step.detail), formatDuration(step.durationMs)]),
    ),
  );
}

function pendingList(pending: readonly string[]): string {
  return pending.length === 0 ? '' : `Pending: ${pending.map(code).join(', ')}`;
}

/** Those that passed are a number. */
function checksTable({ checks }: VerifyReport): string {
  const shown = checks.filter(({ status }) => status === 'failed' || status === 'skipped');
  const passed = checks.filter(({ status }) => status === 'ok').length;
  const rows = shown.map((each) => [
    each.status === 'failed' ? SIGNS.failed : SIGNS.findings,
    plain(each.title),
    [each.table, each.migration].flatMap((name) => (name === null ? [] : [code(name)])).join(' '),
    prose(each.detail),
  ]);
  return [table(['', 'Check', 'About', 'What was seen'], rows), `${countOf(passed, 'check')} passed.`]
    .filter(Boolean)
    .join('\n\n');
}

function findingsOf(findings: readonly Finding[]): readonly string[] {
  const graveFirst = findings.toSorted((one, other) => Number(isWarning(one)) - Number(isWarning(other)));
  return [list(graveFirst.map(findingItem)), explanation(graveFirst)];
}

function findingItem(each: Finding): string {
  const place = sourcePlaceOf(each);
  const source = place && [place.file, place.line].filter(Boolean).join(':');
  const about = [each.migration, each.table, source].flatMap((name) =>
    name === undefined || name === '' ? [] : [code(name)],
  );
  const title = `${titleOf(each.code)}${isWarning(each) ? ' (warning)' : ''}`;
  return [[title, ...about].join(' · '), prose(each.message), `Fix: ${prose(each.fix)}`].join('<br>');
}

function titleOf(known: ErrorCode): string {
  const url = codeUrl(known);
  const title = plain(CODES[known].title);
  return `**${url === undefined ? title : `[${title}](${url})`}** ${code(known)}`;
}

/** Where no page can be linked to: of the first one, by which the others are known. */
function explanation([first]: readonly Finding[]): string {
  if (first === undefined || codeUrl(first.code) !== undefined) return '';
  return `<sub>Explained by ${code(explainCommand(first.code))}</sub>`;
}

function isWarning({ level }: Finding): boolean {
  return level === 'warning';
}

function list(items: readonly string[]): string {
  return limited(items)
    .map((item) => `- ${item}`)
    .join('\n');
}

/** `>Rows` is a column of numbers. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const shown = rows.slice(0, MOST_ENTRIES);
  const more = rows.length > shown.length ? `\n\n… and ${countOf(rows.length - shown.length, 'more row')}` : '';
  return (
    [
      line(titles.map((title) => title.replace(/^>/, ''))),
      line(titles.map((title) => (title.startsWith('>') ? '---:' : '---'))),
      ...shown.map(line),
    ].join('\n') + more
  );
}

function limited(items: readonly string[]): readonly string[] {
  if (items.length <= MOST_ENTRIES) return items;
  return [...items.slice(0, MOST_ENTRIES), `… and ${countOf(items.length - MOST_ENTRIES, 'more')}`];
}

/** Whole blocks, as many as fit. */
function join(blocks: readonly string[]): string {
  let text = '';
  for (const block of blocks.filter(Boolean)) {
    if (text.length + block.length > LONGEST) return `${text}… the rest is in the other forms of the report.\n`;
    text += `${text === '' ? '' : '\n'}${block}\n`;
  }
  return text;
}
