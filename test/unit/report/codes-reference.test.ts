import { expect, test } from 'vitest';
import { CODES } from '../../../src/model/codes.ts';
import { renderCodesReference } from '../../../src/report/codes-reference.ts';

const page = renderCodesReference();

test('every code has a heading, its anchor in the overview, its cause, its fix and its exit code', () => {
  for (const [code, entry] of Object.entries(CODES)) {
    const { title, cause, fix } = entry;
    const exit = 'warns' in entry ? 0 : entry.exit;
    expect(page).toContain(
      `\n## ${code}\n\n${title}.\n\n- **Cause:** ${cause}\n- **Fix:** ${fix}\n- **Exit code:** ${exit} (`,
    );
    expect(page).toContain(`| [${code}](#${code.toLowerCase()}) | ${title} | ${exit} |`);
  }
});

test('ends in one newline', () => {
  expect(page).toMatch(/[^\n]\n$/);
});
