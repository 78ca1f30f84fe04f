import { describe, expect, test } from 'vitest';
import { BEHAVIOUR } from '../../../src/report/html/behaviour.ts';
import { PAGE_STYLE } from '../../../src/report/html/style.ts';
import { REPORT_FORMATS, type ReportFormat } from '../../../src/report/look.ts';
import { renderReport } from '../../../src/report/render.ts';
import { hostile } from './examples/hostile.ts';
import { incident } from './examples/incident.ts';
import { plainLook } from './examples.ts';

/** Names of files that editors show as what they are. */
const ENDINGS: Readonly<Record<ReportFormat, string>> = {
  human: 'txt',
  json: 'json',
  junit: 'xml',
  github: 'github.txt',
  sarif: 'sarif',
  gitlab: 'gitlab.json',
  markdown: 'md',
  html: 'html',
  ndjson: 'ndjson',
};

describe.each(REPORT_FORMATS)('the %s form', (format) => {
  test.each(Object.entries({ incident, hostile }))(
    'of the report %s is the one that was looked at',
    async (name, report) => {
      const text = renderReport(report, format, { ...plainLook, width: 100 });
      await expect(shown(text)).toMatchFileSnapshot(`golden/${name}.${ENDINGS[format]}`);
    },
  );

  test('is the same text for the same report', () => {
    expect(renderReport(incident, format, plainLook)).toBe(renderReport(incident, format, plainLook));
  });
});

/** Style and script of a page are files of their own in the source. */
function shown(text: string): string {
  return text
    .replace(PAGE_STYLE, '/* style */')
    .replace(BEHAVIOUR, '/* behaviour */')
    .replace(/'sha256-[^']+'/g, "'sha256-…'");
}
