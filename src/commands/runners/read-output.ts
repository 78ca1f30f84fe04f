import type { Listed } from './runner.ts';

/**
 * SQL that a runner has printed: one text, or a migration each with its name, where `node-pg-migrate up --dry-run` has
 * printed it. Lines keep their numbers.
 */
export function readOutput(text: string): readonly (Pick<Listed, 'name'> & { readonly text: string })[] {
  const lines = text.split(/\r?\n/);
  const beginnings = lines.flatMap((line, place) => {
    const name = HEADING.exec(line)?.[1];
    return name === undefined ? [] : [{ name, place }];
  });
  if (beginnings.length === 0) return NOTHING.test(text) ? [] : [{ name: '-', text }];
  return beginnings.map(({ name, place }, each) => {
    const end = beginnings[each + 1]?.place ?? lines.length;
    const own = lines.slice(place + 1, end).map((line) => (line === ENDING ? '' : line));
    return { name, text: [...lines.slice(0, place + 1).map(() => ''), ...own].join('\n') };
  });
}

const HEADING = /^### MIGRATION (.+) \(UP\) ###$/;
const ENDING = 'Migrations complete!';
const NOTHING = /^dry run\s+No migrations to run!\s+Migrations complete!\s*$/;
