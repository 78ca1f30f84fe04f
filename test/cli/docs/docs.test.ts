import { describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/database.ts';
import { readPages } from '../../unit/docs/pages.ts';
import { NOT_RUN, OTHER_LANGUAGES, RUN_ELSEWHERE } from './not-run.ts';
import { otherBlocks, readParts } from './page.ts';
import { isLeftOut, play } from './play.ts';
import { SCENES } from './scenes.ts';

const db = useDatabase();

/** Decisions tell how things were; generated pages are compared with the program elsewhere. */
const PAGES = readPages()
  .map(({ path }) => path)
  .filter((path) => !/^docs\/(?:decisions\/|reference\/(?:api|codes|commands)\.md)|^CHANGELOG/.test(path));
const WITH_COMMANDS = PAGES.filter((page) => !(page in RUN_ELSEWHERE)).map((page) => ({
  page,
  parts: readParts(page),
}));
const LINES = WITH_COMMANDS.flatMap(({ page, parts }) =>
  parts.flatMap(({ deeds }) => deeds.flatMap((deed) => (deed.kind === 'line' ? [{ page, line: deed.line }] : []))),
);

describe('each command of a page ends as the page says, and shows what it shows', () => {
  const played = WITH_COMMANDS.filter(({ page }) => LINES.some((at) => at.page === page && !isLeftOut(page, at.line)));
  test.each(played)('$page', async ({ page, parts }) => {
    await play(db, parts, SCENES[page] ?? {});
  });
});

test('nothing is left out that is not there', () => {
  const needless = NOT_RUN.filter(
    ({ page, begins }) => !LINES.some((at) => at.page === page && at.line.startsWith(begins)),
  );
  expect(needless).toEqual([]);
  expect(Object.keys(RUN_ELSEWHERE).filter((page) => readParts(page).length === 0)).toEqual([]);
  const scenes = Object.entries(SCENES).flatMap(([page, parts]) =>
    Object.keys(parts).map((heading) => ({ page, heading })),
  );
  const has = ({ page, heading }: { page: string; heading: string }) =>
    readParts(page).some((part) => part.heading === heading);
  expect(scenes.filter((scene) => !has(scene))).toEqual([]);
});

test('each block says its language, so that no command is passed over', () => {
  const blocks = PAGES.flatMap((page) => otherBlocks(page).map((block) => ({ page, ...block })));
  expect(blocks.filter(({ language }) => OTHER_LANGUAGES[language] === undefined)).toEqual([]);
  const languages = new Set(blocks.map(({ language }) => language));
  expect(Object.keys(OTHER_LANGUAGES).filter((language) => !languages.has(language))).toEqual([]);
});
