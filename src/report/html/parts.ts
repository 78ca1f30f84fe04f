import { html, type Markup, type Part } from './markup.ts';

/** A part of the page that the contents name. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: readonly Markup[];
}

/** A cell: its text, and what it is sorted by where that is not the text. */
export interface Cell {
  readonly shown: Part;
  readonly sortBy?: number | string | undefined;
}

export interface Column {
  readonly title: string;
  readonly number?: true;
  /** It names its row. */
  readonly heads?: true;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Does it say something that a person should act on? */
  readonly attention?: boolean;
}

/** A table that a reader can sort and filter, and that scrolls by itself where there is no room for it. */
export function dataTable(caption: string, columns: readonly Column[], rows: readonly Row[]): Markup {
  if (rows.length === 0) return html``;
  return html`
<div class="scroll" role="group" aria-label="${caption}" tabindex="0">
<table class="data">
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, number }) => html`<th scope="col"${number ? html` class="number"` : ''}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => dataRow(columns, row))}</tbody>
</table>
</div>`;
}

function dataRow(columns: readonly Column[], { cells, attention }: Row): Markup {
  const written = cells.map(({ shown, sortBy }, place) => {
    const column = columns[place];
    const name = column?.heads ? html`th scope="row"` : html`td`;
    const end = column?.heads ? html`th` : html`td`;
    return html`<${name}${column?.number ? html` class="number"` : ''}${sortBy === undefined ? '' : html` data-sort="${sortBy}"`}>${shown}</${end}>`;
  });
  return html`<tr${attention ? html` data-attention` : ''}>${written}</tr>
`;
}

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** A word that says how something stands; its colour only repeats it. */
export function badge(tone: Tone, word: string): Markup {
  return html`<span class="badge ${tone}">${word}</span>`;
}

/** A command to run; the page gives it a button that copies it. */
export function commandLine(command: string): Markup {
  return html`<div class="command"><code>${command}</code></div>`;
}

/** Terms and what they are, such as figures. */
export function facts(entries: readonly (readonly [term: string, is: Part])[]): Markup {
  return html`<dl class="facts">${entries.map(([term, is]) => html`<div><dt>${term}</dt><dd>${is}</dd></div>`)}</dl>`;
}
