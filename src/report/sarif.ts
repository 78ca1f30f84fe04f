import { CODES, type ErrorCode } from '../model/codes.ts';
import type { MsgdbError } from '../model/errors.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { CODES_PAGE, codeUrl, explainCommand } from './documentation.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type Remark, remarksOf } from './remarks.ts';
import { sourcePlaceOf } from './source-place.ts';

/** The report as SARIF 2.1.0: one rule for each code that occurs, one result for each finding, a note for each remark. */
export function renderSarif(report: Report): string {
  return renderLog(report.findings, { executionSuccessful: report.verdict !== 'failed' }, remarksOf(report));
}

/** A failure as SARIF: a result, and an invocation that did not succeed. */
export function renderErrorSarif(error: MsgdbError): string {
  const notification = { level: 'error', descriptor: { id: error.code }, message: { text: error.message } };
  return renderLog([finding(error.code, error.message, { fix: error.fix, data: error.data })], {
    executionSuccessful: false,
    exitCode: error.exitCode,
    toolExecutionNotifications: [notification],
  });
}

function renderLog(
  findings: readonly Finding[],
  invocation: Readonly<Record<string, unknown>>,
  remarks: readonly Remark[] = [],
): string {
  const codes = [...new Set([...findings, ...remarks].map(({ code }) => code))].sort();
  const run = {
    tool: { driver: { name: 'msgdb', ...(CODES_PAGE && { informationUri: CODES_PAGE }), rules: codes.map(ruleOf) } },
    invocations: [invocation],
    columnKind: 'utf16CodeUnits',
    results: [
      ...findings.map((finding) => resultOf(finding, codes.indexOf(finding.code))),
      ...remarks.map((remark) => noteOf(remark, codes.indexOf(remark.code))),
    ],
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(code: ErrorCode): unknown {
  const { title, cause, fix } = CODES[code];
  const url = codeUrl(code);
  return {
    id: code,
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: cause },
    help: {
      text: `${fix}\nExplained by: ${explainCommand(code)}`,
      markdown: `${fix}\n\nExplained by \`${explainCommand(code)}\``,
    },
    ...(url && { helpUri: url }),
    defaultConfiguration: { level: 'error' },
  };
}

function noteOf({ code, title, text, table }: Remark, ruleIndex: number): unknown {
  return {
    ruleId: code,
    ruleIndex,
    level: 'note',
    message: { text: `${title}\n${text}` },
    locations: [{ logicalLocations: [{ fullyQualifiedName: table, kind: 'table' }] }],
    partialFingerprints: { 'msgdb/v1': [code, table, title].join('/') },
  };
}

function resultOf(finding: Finding, ruleIndex: number): unknown {
  const logical = [
    ...(finding.table === undefined ? [] : [{ fullyQualifiedName: finding.table, kind: 'table' }]),
    ...(finding.migration === undefined ? [] : [{ fullyQualifiedName: finding.migration, kind: 'migration' }]),
  ];
  const physical = physicalLocationOf(finding);
  const location = {
    ...(physical && { physicalLocation: physical }),
    ...(logical.length > 0 && { logicalLocations: logical }),
  };
  return {
    ruleId: finding.code,
    ruleIndex,
    level: finding.level ?? 'error',
    message: { text: `${finding.message}\n${finding.fix}` },
    ...((physical || logical.length > 0) && { locations: [location] }),
    partialFingerprints: { 'msgdb/v1': fingerprintOf(finding) },
  };
}

function physicalLocationOf(finding: Finding): object | undefined {
  const place = sourcePlaceOf(finding);
  if (!place) return undefined;
  return {
    artifactLocation: { uri: fileUri(place.file) },
    ...(place.line !== undefined && {
      region: { startLine: place.line, ...(place.column !== undefined && { startColumn: place.column }) },
    }),
  };
}

/** SARIF wants a URI reference: forward slashes, everything else percent-encoded. Half a character has no encoding. */
function fileUri(file: string): string {
  const encoded = file
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll('\\', '/')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  if (/^[A-Za-z]%3A\//.test(encoded)) return `file:///${encoded.replace('%3A', ':')}`;
  return encoded.startsWith('/') ? `file://${encoded}` : encoded;
}
