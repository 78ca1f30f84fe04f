import { html, type Markup } from './markup.ts';

/** A message of msgdb's, in which backticks stand around what is written as it is. */
export function prose(text: string): Markup {
  const pieces = text.split('`');
  // An odd number of pieces: every backtick has its partner.
  if (pieces.length % 2 === 0) return html`${text}`;
  return html`${pieces.map((piece, place) => (place % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`))}`;
}
