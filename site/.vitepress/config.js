// Makes static pages of docs/, as they are: nothing in them is there for the site.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const start = { text: 'Getting started', link: '/getting-started' };
const byMessage = { text: 'By error message', link: '/guides/by-error-message' };
const whichCommand = { text: 'Which command do I need?', link: '/guides/which-command' };

export default defineConfig({
  title: 'msgdb',
  description: 'Find, remove and prevent duplicate rows in a live PostgreSQL database, without losing one.',
  // A copy of docs/ (package.json): pages become modules, which find Vue only from within this folder.
  srcDir: './pages',
  outDir: './dist',
  cacheDir: './node_modules/.cache/vitepress',
  cleanUrls: true,
  // On GitHub the page of a folder is its README.
  rewrites: { 'README.md': 'index.md', ':folder/README.md': ':folder/index.md' },
  // Files of the repository beside docs/ are no pages of the site; test/unit/docs looks whether they are there.
  ignoreDeadLinks: [
    /\.\.\/(?:README|CONTRIBUTING|CHANGELOG|SECURITY)/,
    /\.json$/,
    /^(?:\.\.\/)+(?:src|test|fixtures|bench|migrations)\//,
  ],
  markdown: {
    // Links to headings are written for GitHub.
    anchor: {
      slugify: (heading) =>
        heading
          .trim()
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
          .trim()
          .replaceAll(' ', '-'),
    },
    // `{{ }}` of workflows is no template.
    config: (markdown) => {
      const code = markdown.renderer.rules.code_inline;
      markdown.renderer.rules.code_inline = (...all) => code(...all).replace('<code', '<code v-pre');
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [start, byMessage, whichCommand],
    sidebar: [
      { text: 'Start', items: [start, whichCommand, byMessage] },
      {
        text: 'Guides',
        items: linksOf('guides/README.md').filter(({ link }) => ![byMessage.link, whichCommand.link].includes(link)),
      },
      {
        text: 'Reference and more',
        items: linksOf('README.md').filter(({ link }) => !/^\/(?:getting-started|guides)/.test(link)),
      },
    ],
  },
});

/** The pages that a page links to, in its order. */
function linksOf(page) {
  const folder = page.includes('/') ? `/${page.slice(0, page.lastIndexOf('/'))}/` : '/';
  const links = [...readFileSync(docs + page, 'utf8').matchAll(/\[([^\]]+)\]\(([^):#]+)\.md\)/g)];
  return links.map(([, text, path]) => ({
    text: `${text[0].toUpperCase()}${text.slice(1)}`,
    link: (folder + path).replace(/README$/, ''),
  }));
}
