import type { Links } from '../../model/demand.ts';
import type { Change } from '../../model/pending.ts';
import { quoteName, quoteTable } from '../quote.ts';
import { readStatements } from './read-changes.ts';

/** The constraints that are there as NOT VALID, as the statements that would add them. */
export async function readNotValid({ constraints }: Links): Promise<readonly Change[]> {
  const texts = constraints.flatMap(({ table, name, open }) =>
    open === null ? [] : [`alter table ${quoteTable(table)} add constraint ${quoteName(name)} ${open};`],
  );
  return (await readStatements(texts.join('\n'))).flatMap(({ changes }) => changes);
}
