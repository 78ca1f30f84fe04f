import type { TableName } from '../../model/facts.ts';
import { quoted } from '../../model/name.ts';

/** A table as a rule of a migration names it: without the schema that names without one are in. */
export function ruleTable({ schema, name }: TableName, defaultSchema: string): string {
  const parts = schema === defaultSchema ? [name] : [schema, name];
  return parts.map(asPart).join('.');
}

/** In double quotes where it would be read as another name. */
function asPart(name: string): string {
  return /^\s|\s$|[".]/.test(name) ? quoted(name) : name;
}
