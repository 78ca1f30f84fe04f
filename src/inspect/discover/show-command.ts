import { flagName } from '../../model/name.ts';
import type { KeyPart, Nulls } from '../../model/operations/common.ts';
import { shellWord } from '../../model/shell-word.ts';

/** The command that a person would run next for a key, ready for a shell. */
export function showCommand(
  { schema, table, key }: { readonly schema: string; readonly table: string; readonly key: readonly KeyPart[] },
  step: 'count' | 'explain' | 'dedupe' | 'new',
  options: { readonly where: string | null; readonly nulls?: Nulls; readonly defaultSchema: string },
): string {
  const name = schema === options.defaultSchema ? flagName(table) : `${flagName(schema)}.${flagName(table)}`;
  const rule = `--table ${shellWord(name)} --key ${shellWord(key.map(flagPart).join(','))}`;
  const where = options.where === null ? '' : ` --where ${shellWord(options.where)}`;
  const nulls = options.nulls === 'not distinct' ? ' --nulls-not-distinct' : '';
  switch (step) {
    case 'count':
      return `msgdb find-duplicates ${rule}${where}${nulls}`;
    case 'explain':
      return `msgdb find-duplicates ${rule}${where} --explain`;
    case 'dedupe':
      return `msgdb dedupe ${rule}${where}${nulls} --dry-run`;
    case 'new':
      return `msgdb new ${shellWord(kebabCase(`unique ${table} ${key.map(labelOf).join(' ')}`))} ${rule}`;
  }
}

/** An expression has a parenthesis, as in CREATE INDEX, and stands as it is. */
function flagPart(part: KeyPart): string {
  if (typeof part === 'string') return flagName(part);
  return part.expression.includes('(') ? part.expression : `(${part.expression})`;
}

function labelOf(part: KeyPart): string {
  return typeof part === 'string' ? part : part.expression;
}

function kebabCase(text: string): string {
  const words = text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return words.slice(0, 60).replace(/-+$/, '');
}
