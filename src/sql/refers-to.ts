import type { ResolvedReference } from '../model/dedupe.ts';
import { quoteLiteral, quoteName } from './quote.ts';

type Referring = Pick<ResolvedReference, 'columns' | 'referenced' | 'type'>;

/** `child` (an alias) names the row `parent` (another alias). */
export function refersTo(reference: Referring, child: string, parent: string): string {
  const pairs = reference.columns.map(({ name, operator, collation }, place) => {
    const value = `${child}.${quoteName(name)}${collation === undefined ? '' : ` collate ${collation}`}`;
    return `${referencedValue(reference, parent, place)} ${operator} ${value}`;
  });
  const { type } = reference;
  return [...pairs, ...(type ? [`${child}.${quoteName(type.column)} = ${quoteLiteral(type.value)}`] : [])].join(
    ' and ',
  );
}

/** A referenced value, in a type the child's column compares with: a soft reference may hold a number as text. */
export function referencedValue(reference: Referring, parent: string, place: number): string {
  const cast = reference.columns[place]?.cast;
  return `${parent}.${quoteName(reference.referenced[place] ?? '')}${cast ? `::${cast}` : ''}`;
}
