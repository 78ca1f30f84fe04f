import type { TableName } from './facts.ts';
import { quoted } from './name.ts';

/** A table as people write it: without the schema everybody expects. */
export function tableLabel({ schema, name }: TableName): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}

/** A table as a statement names it that a person is to run. */
export function quotedTable({ schema, name }: TableName): string {
  return `${quoted(schema)}.${quoted(name)}`;
}
