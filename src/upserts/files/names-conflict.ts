import { basename } from 'node:path';
import { LARGEST, readAtMost } from './read-source.ts';

/** Prose, records of what was, and data: `ON CONFLICT` in them is nothing that an application runs. */
const NO_CODE =
  /\.(?:md|mdx|markdown|rst|adoc|asciidoc|txt|tex|log|csv|tsv|diff|patch|orig|rej|lock|map|snap|svg)$|^(?:licen[cs]e|copying|changes|changelog|news|authors|notice)$/i;

/** The words, but in a sentence that continues: "on conflict with …". A line break may be written as `\n`. */
const WORDS = /\bon(?:\s|\\[nrt])+conflict\b(?!\s+(?!do\b|on\b|where\b)[a-z])/i;

/** How many bytes are looked at to recognize a file that is not text. */
const FIRST_BYTES = 8_192;

/**
 * Does `ON CONFLICT` stand in a file of a kind that is not read? Prose, and files that are not text or larger than 2
 * MB, are not looked into.
 */
export function namesConflict(path: string): boolean {
  if (NO_CODE.test(basename(path))) return false;
  const first = readAtMost(path, FIRST_BYTES);
  if (!first || first.includes(0)) return false;
  const bytes = first.length < FIRST_BYTES ? first : readAtMost(path, LARGEST + 1);
  if (!bytes || bytes.length > LARGEST) return false;
  if (!bytes.includes('onflict') && !bytes.includes('ONFLICT')) return false;
  return WORDS.test(bytes.toString('latin1'));
}

/** What a file is called by, that has no other name for its kind: `.yaml`, or the whole name. */
export function kindOf(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot).toLowerCase() : name;
}
