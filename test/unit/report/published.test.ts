import { afterAll, expect, test, vi } from 'vitest';
import type { ErrorCode } from '../../../src/model/codes.ts';
import { incident } from './examples/incident.ts';
import { plainLook } from './examples.ts';

const PAGE = 'https://pages.test/codes';

afterAll(() => {
  vi.doUnmock('../../../src/report/documentation.ts');
  vi.resetModules();
});

test('where the pages are published, a comment and SARIF link to the code', async () => {
  vi.resetModules();
  vi.doMock('../../../src/report/documentation.ts', async (importOriginal) => {
    const original = await importOriginal<typeof import('../../../src/report/documentation.ts')>();
    return { ...original, CODES_PAGE: PAGE, codeUrl: (code: ErrorCode) => original.codeUrl(code, PAGE) };
  });
  const { renderReport } = await import('../../../src/report/render.ts');
  const comment = renderReport(incident, 'markdown', plainLook);
  expect(comment).toContain(`**[Copies differ](${PAGE}#msgdb_group_differs)**`);
  expect(comment).not.toContain('msgdb help');
  const [{ tool }] = JSON.parse(renderReport(incident, 'sarif', plainLook)).runs;
  expect(tool.driver.informationUri).toBe(PAGE);
  expect(tool.driver.rules[0].helpUri).toBe(`${PAGE}#msgdb_group_differs`);
});
