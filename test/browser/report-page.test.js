import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderReport } from '../../src/report/render.ts';
import { hostile } from '../unit/report/examples/hostile.ts';
import { incident } from '../unit/report/examples/incident.ts';
import { everyReport, plainLook } from '../unit/report/examples.ts';

const REPORTS = { ...everyReport, incident, hostile };
const program = findChromium();
const folder = mkdtempSync(join(tmpdir(), 'msgdb-page-'));
let browser;
let axe;

describe.skipIf(program === undefined)('the page of a report in Chromium', () => {
  beforeAll(async () => {
    const { chromium } = await import('playwright-core');
    const { default: axeCore } = await import('axe-core');
    axe = axeCore.source;
    // Chromium refuses its sandbox to root.
    browser = await chromium.launch({
      executablePath: program,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.keys(REPORTS))('%s: renders without an error, and asks for nothing', async (name) => {
    await onPage(name, {}, async (page, seen) => {
      expect(await page.locator('h1').count()).toBe(1);
      expect(seen).toEqual({ errors: [], dialogs: [], requests: [] });
    });
  });

  test.each(Object.keys(REPORTS))('%s: is never wider than a phone, and than a sheet of paper', async (name) => {
    await onPage(name, { viewport: { width: 360, height: 740 } }, async (page) => {
      const width = async () => page.evaluate(() => document.documentElement.scrollWidth);
      expect(await width()).toBeLessThanOrEqual(360);
      await page.emulateMedia({ media: 'print' });
      // A4 without its margins.
      await page.setViewportSize({ width: 688, height: 900 });
      expect(await width()).toBeLessThanOrEqual(688);
    });
  });

  test.each(Object.keys(REPORTS))('%s: has nothing that axe calls a barrier, light or dark', async (name) => {
    await onPage(name, {}, async (page) => {
      await page.evaluate(() => {
        for (const each of document.querySelectorAll('details')) each.open = true;
      });
      await page.evaluate(axe);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      }
    });
  });

  test('values of rows become text: no element, no script, no attribute comes of them', async () => {
    await onPage('hostile', {}, async (page) => {
      const made = await page.evaluate(() => ({
        scripts: document.scripts.length,
        foreign: document.querySelectorAll('img, iframe, object, embed, link, base, [onload], [onerror]').length,
        data: JSON.parse(document.getElementById('msgdb-report').textContent),
      }));
      expect(made.scripts).toBe(2);
      expect(made.foreign).toBe(0);
      expect(made.data).toEqual(JSON.parse(renderReport(hostile, 'json', plainLook)));
    });
  });

  test('the filter leaves what has the words, says how many, and gives all back', async () => {
    await onPage('findDuplicates', {}, async (page) => {
      const rows = page.locator('table.data > tbody > tr:visible');
      expect(await rows.count()).toBe(3);
      await page.getByLabel('Filter').fill('BUSINESS_ID');
      expect(await rows.count()).toBe(1);
      expect(await page.locator('#shown').textContent()).toMatch(/^1 of \d+ entries shown$/);
      await page.getByLabel('Filter').fill('');
      expect(await rows.count()).toBe(3);
      await page.getByLabel('Only what needs attention').check();
      expect(await rows.count()).toBe(2);
    });
  });

  test('a table sorts by a column at a click or a key: numbers as numbers, and back', async () => {
    await onPage('findDuplicates', {}, async (page) => {
      const figures = async () => page.locator('table.data > tbody > tr > td:nth-child(4)').allTextContents();
      const rows = page.getByRole('button', { name: 'Rows', exact: true });
      await rows.click();
      expect(await figures()).toEqual(['12', '48,120', '1,204,331']);
      expect(await page.locator('th[aria-sort=ascending]').textContent()).toBe('Rows');
      await rows.press('Enter');
      expect(await figures()).toEqual(['1,204,331', '48,120', '12']);
      await page.getByRole('button', { name: 'Table', exact: true }).press('Space');
      expect(await page.locator('table.data > tbody > tr > th').allTextContents()).toMatchObject(
        [/^Chat/, /^chat_messages/, /^whatsapp/].map((name) => expect.stringMatching(name)),
      );
      expect(await page.locator('th[aria-sort=ascending]').count()).toBe(1);
    });
  });

  test('the theme is the one of the system until another is chosen, which stays', async () => {
    await onPage('incident', { colorScheme: 'dark' }, async (page) => {
      const background = async () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const dark = await background();
      await page.getByLabel('Theme').selectOption('light');
      expect(await background()).toBe('rgb(255, 255, 255)');
      await page.reload();
      expect(await background()).toBe('rgb(255, 255, 255)');
      await page.getByLabel('Theme').selectOption('auto');
      expect(await background()).toBe(dark);
      expect(dark).not.toBe('rgb(255, 255, 255)');
    });
  });

  test('by keyboard the report is one press away, and every part that scrolls can be reached', async () => {
    await onPage('incident', { viewport: { width: 360, height: 740 } }, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement.textContent)).toBe('Skip to the report');
      expect(await page.locator('a.skip').isVisible()).toBe(true);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.querySelector('main').contains(document.activeElement))).toBe(true);
      const unreachable = await page.evaluate(
        () =>
          [...document.querySelectorAll('*')].filter(
            (each) =>
              each.scrollWidth > each.clientWidth + 1 &&
              getComputedStyle(each).overflowX === 'auto' &&
              each.tabIndex < 0,
          ).length,
      );
      expect(unreachable).toBe(0);
    });
  });

  test('the command that undoes the run is copied, or selected where the clipboard is closed', async () => {
    await onPage('incident', {}, async (page) => {
      const undo = page.locator('#changes .command');
      await undo.getByRole('button').click();
      await expect.poll(() => undo.getByRole('button').textContent()).toMatch(/^(Copied|Selected)$/);
    });
  });

  test('printed it is light, opened, and without what only a screen can use', async () => {
    await onPage('incident', { colorScheme: 'dark' }, async (page) => {
      await page.getByLabel('Theme').selectOption('dark');
      await page.emulateMedia({ media: 'print' });
      for (const each of ['.tools', 'nav.contents', '.command button']) {
        expect(await page.locator(each).first().isVisible(), each).toBe(false);
      }
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      expect(await page.locator('figure table').first().isVisible()).toBe(true);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      expect(await page.locator('details[open]').count()).toBe(0);
      const pdf = await page.pdf({ format: 'A4' });
      expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(1);
    });
  });

  test('without script it shows everything, and no tool that would not work', async () => {
    await onPage('incident', { javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('.tools').isVisible()).toBe(false);
      expect(await page.locator('table.copies').first().isVisible()).toBe(true);
    });
  });
});

/** A page of its own for each: with what went wrong on it, and what it asked for. */
async function onPage(name, options, work) {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, renderReport(REPORTS[name], 'html', plainLook));
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const seen = { errors: [], dialogs: [], requests: [] };
    page.on('console', (message) => seen.errors.push(message.text()));
    page.on('pageerror', (error) => seen.errors.push(error.message));
    page.on('request', (request) => request.url() === url || seen.requests.push(request.url()));
    page.on('dialog', async (dialog) => {
      seen.dialogs.push(dialog.message());
      await dialog.dismiss();
    });
    const url = pathToFileURL(file).href;
    await page.goto(url);
    await work(page, seen);
  } finally {
    await context.close();
  }
}

function findChromium() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {}
  }
  return undefined;
}
