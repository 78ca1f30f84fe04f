import type { IndexFacts, TableFacts } from '../model/facts.ts';
import { quoted } from '../model/name.ts';

/** What an index is that has the wanted name and another meaning, and what makes room for the wanted one. */
export interface TakenName {
  readonly code: 'MSGDB_INDEX_DIFFERS' | 'MSGDB_INDEX_INVALID';
  readonly detail: string;
  /** Left out where the code's own advice serves. */
  readonly fix?: string;
}

/** An index that is not valid is a leftover, also one of the wanted meaning, and named as such. */
export function describeTaken(index: IndexFacts, table: Pick<TableFacts, 'kind'>): TakenName {
  const { definition } = index;
  if (index.valid) return { code: 'MSGDB_INDEX_DIFFERS', detail: `the name means something else: ${definition}` };
  if (index.building) {
    return {
      code: 'MSGDB_INDEX_DIFFERS',
      detail: `another session is building an index of that name with another definition: ${definition}`,
      fix: 'Wait for it; then choose another index name in the rule, or drop the index.',
    };
  }
  return {
    code: 'MSGDB_INDEX_INVALID',
    detail: `it is not valid, was left by a failed build, and has another definition: ${definition}`,
    fix: `Drop it with \`${dropCommand(index, table)}\`.`,
  };
}

/** The statement that takes an index away, to be copied; CONCURRENTLY is not for partitioned ones (0A000). */
export function dropCommand({ schema, name }: IndexFacts, { kind }: Pick<TableFacts, 'kind'>): string {
  return `drop index ${kind === 'partitioned' ? '' : 'concurrently '}${quoted(schema)}.${quoted(name)};`;
}
