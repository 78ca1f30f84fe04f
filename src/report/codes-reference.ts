import type { CodeEntry } from '../model/code-entry.ts';
import { CODES, type ErrorCode } from '../model/codes.ts';
import { codeAnchor } from './documentation.ts';

const EXITS: Readonly<Record<CodeEntry['exit'], string>> = {
  1: 'findings',
  2: 'usage or configuration',
  3: 'cannot connect, or not permitted',
  4: 'busy; safe to try again',
  5: 'failed; what was done is recorded',
  130: 'interrupted, at a safe point',
  143: 'terminated, at a safe point',
};

const OPENING = `# Codes

Every finding and every error has one of these codes. They are stable: text, JSON, JUnit, GitHub annotations and
SARIF use the same ones, and \`msgdb help CODE\` says what is here. This page is generated from the registry; do not
edit it.
`;

/** The content of docs/reference/codes.md: an overview, then a section with an anchor for each code. */
export function renderCodesReference(): string {
  const entries = Object.entries(CODES) as readonly (readonly [ErrorCode, CodeEntry])[];
  const overview = entries.map(
    ([code, { title, exit, warns }]) => `| [${code}](#${codeAnchor(code)}) | ${title} | ${warns ? 0 : exit} |`,
  );
  const sections = entries.map(([code, entry]) => renderSection(code, entry));
  return `${OPENING}\n${['| code | meaning | exit |', '|---|---|---|', ...overview].join('\n')}\n\n${sections.join('\n')}`;
}

function renderSection(code: ErrorCode, entry: CodeEntry): string {
  const { title, cause, fix } = entry;
  return `## ${code}

${title}.

- **Cause:** ${cause}
- **Fix:** ${fix}
- **Exit code:** ${describeExit(entry)}
`;
}

/** `1 (findings)`. */
export function describeExit({ exit, warns }: CodeEntry): string {
  return warns ? '0 (a warning)' : `${exit} (${EXITS[exit]})`;
}
