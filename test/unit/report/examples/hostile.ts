import { finding } from '../../../../src/model/finding.ts';
import type { DedupeReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';

/** What ends an element, an attribute, a script, a comment, a CDATA section; what a page would load or run. */
const MARKUP = `</script><script>alert(1)</script><!-- <script> ]]> "onload='alert(2)' <img src=x onerror=alert(3)> &amp; \${x}`;
/** What steers a terminal, hides text, turns it round, or is no character at all. */
const STEERING =
  '\u001b[2J\u001b]0;title\u0007 \u0000 \u202Edesrever\u202C \u200Bhidden \u2028line\u2029 \ud800 \ufeff \u{e0041}';
/** What CI and Markdown take for their own. */
const COMMANDS =
  '::error::taken\n##[error]taken\r\n%0A::set-output name=x::y | a | **b** `c` ```\n# d @everyone [e](javascript:alert(4)) <details>';
/** What a spreadsheet, a template or an object takes for its own. */
const WORDS = '__proto__ =cmd|x {{7*7}} $& $1 constructor';

const rows = [
  { id: '1', body: MARKUP, note: STEERING, say: COMMANDS, constructor: WORDS, empty: null },
  { id: '2', body: `${MARKUP}!`, note: 'NULL', say: ' ', constructor: '', empty: '' },
  { id: '3', body: 'x'.repeat(5_000), note: null, say: '👩‍👩‍👧‍👦'.repeat(90), constructor: WORDS, empty: null },
];

/** A report in which everything that others may write is written by somebody who means harm. */
export const hostile: DedupeReport = {
  ...common,
  command: 'dedupe',
  verdict: 'failed',
  findings: [
    finding('MSGDB_DATABASE_ERROR', `The server said: ${MARKUP}\n${COMMANDS}`, {
      table: `"${MARKUP}"`,
      fix: `Mend ${STEERING} with \`${COMMANDS}\``,
      data: { file: `src/${MARKUP}::${COMMANDS}.ts`, line: 7, detail: STEERING },
    }),
    finding('MSGDB_DUPLICATES_FOUND', `${COMMANDS} holds ${STEERING}.`, {
      table: COMMANDS,
      migration: MARKUP,
      level: 'warning',
    }),
  ],
  summary: `${MARKUP} ${COMMANDS} ${STEERING}`,
  next: `msgdb dedupe --table '${MARKUP}'`,
  database: `${MARKUP}@db:5432/${STEERING}`,
  durationMs: 1_234,
  dryRun: false,
  runId: '20241120-080512-7f3a',
  targets: [
    {
      table: `"${MARKUP}"`,
      key: [MARKUP, COMMANDS],
      where: `${STEERING} = '${MARKUP}'`,
      index: COMMANDS,
      migration: STEERING,
      coveredRows: 9,
      groups: 2,
      excessRows: 3,
      samples: [
        {
          key: { [MARKUP]: MARKUP, [COMMANDS]: STEERING },
          copies: 4,
          differs: ['body', 'note', 'say', 'constructor', 'empty'],
          rows,
        },
      ],
      deleted: 2,
      marked: 0,
      archived: 2,
      merged: 1,
      childrenRemoved: [{ table: MARKUP, rows: 1 }],
      repointed: [{ table: COMMANDS, columns: [MARKUP, STEERING], rows: 2 }],
    },
  ],
  plan: [
    {
      migration: MARKUP,
      title: COMMANDS,
      table: MARKUP,
      steps: [
        {
          kind: 'dedupe',
          title: MARKUP,
          lock: COMMANDS,
          rows: null,
          duration: null,
          details: [STEERING],
          sql: [`delete from "${MARKUP}";`],
          steps: [],
        },
      ],
      notes: [COMMANDS],
    },
  ],
  timeline: [
    { kind: 'step', title: MARKUP, startMs: 0, durationMs: 1_000, detail: COMMANDS },
    { kind: 'waiting', title: STEERING, startMs: 1_000, durationMs: 200 },
  ],
};
