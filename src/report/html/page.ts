import { createHash } from 'node:crypto';
import { BEHAVIOUR } from './behaviour.ts';
import { html, type Markup, trusted } from './markup.ts';
import type { Section } from './parts.ts';
import { PAGE_STYLE } from './style.ts';

/** A page: what it is called, its head, its parts, and what it was made from. */
export interface Page {
  readonly title: string;
  readonly head: Markup;
  readonly sections: readonly Section[];
  /** The report as JSON, for programs. */
  readonly json: string;
}

/**
 * One file that needs no other: style, script and data are in it, and its policy lets nothing be loaded and no other
 * script run, whatever stands in the rows.
 */
export function renderPage({ title, head, sections, json }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hashOf(PAGE_STYLE)}'; script-src '${hashOf(BEHAVIOUR)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<div class="page">
<a class="skip" href="#report">Skip to the report</a>
<header class="top">
${head}
${contents(sections)}
${TOOLS}
</header>
<main id="report">
${sections.map(sectionMarkup)}
</main>
<footer>Made by msgdb. The data of this page is in it as JSON: the element <code>msgdb-report</code>.</footer>
</div>
${script(' type="application/json" id="msgdb-report"', inScript(json))}
${script('', BEHAVIOUR)}
</body>
</html>
`.markup;
}

function contents(sections: readonly Section[]): Markup {
  if (sections.length < 2) return html``;
  return html`<nav class="contents" aria-label="Contents"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`;
}

function sectionMarkup({ id, title, body }: Section): Markup {
  return html`
<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>`;
}

/** Shown by the script that they need. */
const TOOLS = html`
<form class="tools" role="search" aria-label="This page" hidden>
<label class="grow">Filter <input type="search" id="filter" autocomplete="off"></label>
<label><input type="checkbox" id="attention"> Only what needs attention</label>
<label>Theme <select id="theme"><option value="auto">as the system</option><option value="light">light</option><option value="dark">dark</option></select></label>
<output id="shown"></output>
</form>`;

/** The end of a script, and the beginning of a comment, could stand in a value of a row. JSON knows both ways to write them. */
function inScript(json: string): string {
  return json
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** In no tagged template: the end of a script in one makes the bundler load a package at run time. */
function script(attributes: string, text: string): Markup {
  return trusted(`<script${attributes}>${text}</script>`);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
