import type { Node } from '../syntax/grammars.ts';
import type { ApiFile } from './api-upsert.ts';

/** The class that a line of Ruby is in, with its modules: `SolidQueue::Job`. A module alone may be part of any class. */
export function classAround(at: number, { reader }: ApiFile): string | undefined {
  const around: Node[] = [];
  for (let each = reader.root.namedDescendantForIndex(at); each; each = each.parent) {
    if (each.type === 'class' || each.type === 'module') around.unshift(each);
  }
  if (around.at(-1)?.type !== 'class') return undefined;
  return around.map((each) => each.childForFieldName('name')?.text ?? '').join('::');
}
