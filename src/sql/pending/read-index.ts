import type { IndexElem, IndexStmt, Node } from 'libpg-query';
import type { Change, WrittenPart } from '../../model/pending.ts';
import { nameOf, stringsOf } from './read-constraint.ts';
import { readExpression } from './read-expression.ts';
import { elementsOf, findWord, insideOf, isWord, type Source, type Stretch } from './source.ts';

/** CREATE INDEX. */
export function readIndex(source: Source, index: IndexStmt): Change {
  const table = nameOf(index.relation ?? {});
  const on = findWord(source, 0, 'on') ?? 0;
  const open = findWord(source, on, '(') ?? on;
  const elements = elementsOf(source, insideOf(source, open));
  const parts = (index.indexParams ?? []).map((node, place) =>
    readPart(source, node, elements[place] ?? { from: 0, to: 0 }, table.name),
  );
  const where = index.whereClause && findWord(source, open, 'where');
  return {
    kind: 'build-index',
    table,
    unique: index.unique
      ? {
          kind: 'unique',
          parts:
            index.accessMethod === undefined || index.accessMethod === 'btree'
              ? parts
              : [{ unknown: index.accessMethod }],
          where:
            where === undefined
              ? undefined
              : readExpression(source, { from: where + 1, to: endOf(source) }, index.whereClause, [table.name]),
          nulls: index.nulls_not_distinct ? 'not distinct' : 'distinct',
          name: index.idxname,
          as: 'index',
          deferrable: false,
          besides: besidesOf(index),
        }
      : undefined,
    name: index.idxname,
    concurrently: index.concurrent === true,
    ifNotExists: index.if_not_exists === true,
    only: index.relation?.inh !== true,
  };
}

/** What changes the index, and not which rows it refuses. */
function besidesOf(index: IndexStmt): string | undefined {
  if (index.relation?.inh !== true) return 'ON ONLY';
  if (index.indexIncludingParams?.length) return 'INCLUDE';
  if (index.options?.length) return 'WITH';
  if (index.tableSpace !== undefined) return 'TABLESPACE';
  const elements = (index.indexParams ?? []).flatMap((node) => ('IndexElem' in node ? [node.IndexElem] : []));
  if (elements.some(({ collation }) => collation?.length)) return 'COLLATE';
  if (elements.some(({ opclass }) => opclass?.length)) return 'an operator class';
  const isOrdered = ({ ordering = 'SORTBY_DEFAULT', nulls_ordering: nulls = 'SORTBY_NULLS_DEFAULT' }: IndexElem) =>
    ordering !== 'SORTBY_DEFAULT' || nulls !== 'SORTBY_NULLS_DEFAULT';
  return elements.some(isOrdered) ? 'an order' : undefined;
}

function endOf(source: Source): number {
  const last = source.words.length;
  return isWord(source, last - 1, ';') ? last - 1 : last;
}

function readPart(source: Source, node: Node, element: Stretch, table: string): WrittenPart {
  if (!('IndexElem' in node)) return { unknown: 'a part of the key' };
  const part = node.IndexElem;
  const unknown = unknownEquality(part);
  if (unknown !== undefined) return { unknown };
  if (part.name !== undefined) return { column: part.name };
  const open = findWord(source, element.from, '(') ?? element.from;
  const inside = insideOf(source, open);
  // Without parentheses of its own the expression is a call of a function, from its name on.
  const stretch = open === element.from ? inside : { from: element.from, to: inside.to + 1 };
  return { expression: readExpression(source, stretch, part.expr, [table]) };
}

/** Collations that PostgreSQL brings are deterministic: values are equal that have the same bytes. */
const DETERMINISTIC =
  /^(?:c|posix|default|ucs_basic|unicode|pg_c_utf8|pg_unicode_fast|.*-x-icu|[a-z]{2,3}_[a-z]{2}.*)$/i;
/** Classes whose equality is that of the type, and those that compare text byte by byte. */
const KNOWN_CLASS = /^(?:(?:text|varchar|bpchar)_pattern_ops|[a-z0-9]+_ops)$/;

function unknownEquality({ collation, opclass }: IndexElem): string | undefined {
  const collated = stringsOf(collation).at(-1);
  if (collated !== undefined && !DETERMINISTIC.test(collated)) return `the collation ${collated}`;
  const classed = stringsOf(opclass).at(-1);
  if (classed !== undefined && !KNOWN_CLASS.test(classed)) return `the operator class ${classed}`;
  return undefined;
}
