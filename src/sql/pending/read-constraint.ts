import type { ColumnDef, Constraint, Node, RangeVar } from 'libpg-query';
import type { ReferentialAction } from '../../model/facts.ts';
import type { Fill, WrittenColumn, WrittenConstraint } from '../../model/pending.ts';
import type { WrittenName } from '../../model/written-name.ts';
import { nodesIn, readExpression } from './read-expression.ts';
import { endOfElement, findWord, insideOf, type Source, type Stretch, textOf, wordAt } from './source.ts';

export function nameOf({ schemaname, relname }: RangeVar): WrittenName {
  return { schema: schemaname, name: relname ?? '' };
}

/** Names in a list, such as the columns of a key. */
export function stringsOf(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => ('String' in node ? (node.String.sval ?? '') : []));
}

/** A constraint of a table, or of a column of it; none of those that say nothing of rows. */
export function readConstraint(
  source: Source,
  constraint: Constraint,
  table: string,
  column?: string,
): readonly WrittenConstraint[] {
  const { conname: name, contype } = constraint;
  const own = column === undefined ? [] : [column];
  switch (contype) {
    case 'CONSTR_NOTNULL':
      return [...(column === undefined ? stringsOf(constraint.keys) : own)].map((each) => ({
        kind: 'not-null',
        column: each,
      }));
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY': {
      const columns = column === undefined ? stringsOf(constraint.keys) : own;
      return [
        {
          kind: 'unique',
          parts: constraint.without_overlaps
            ? [{ unknown: 'WITHOUT OVERLAPS' }]
            : columns.map((each) => ({ column: each })),
          where: undefined,
          nulls: constraint.nulls_not_distinct ? 'not distinct' : 'distinct',
          name,
          as: contype === 'CONSTR_PRIMARY' ? 'primary key' : 'constraint',
          deferrable: constraint.deferrable === true,
          besides: besidesOf(constraint),
        },
      ];
    }
    case 'CONSTR_CHECK': {
      const at = findWord(source, wordAt(source, constraint.location), 'check');
      if (at === undefined) return [];
      const expression = readExpression(source, insideOf(source, at + 1), constraint.raw_expr, [table]);
      return [{ kind: 'check', name, expression, noInherit: constraint.is_no_inherit === true }];
    }
    case 'CONSTR_FOREIGN':
      return [
        {
          kind: 'foreign-key',
          name,
          columns: column === undefined ? stringsOf(constraint.fk_attrs) : own,
          parent: nameOf(constraint.pktable ?? {}),
          referenced: constraint.pk_attrs ? stringsOf(constraint.pk_attrs) : undefined,
          full: constraint.fk_matchtype === 'f',
          deferred: constraint.initdeferred === true,
          onDelete: actionOf(constraint.fk_del_action),
          onUpdate: actionOf(constraint.fk_upd_action),
        },
      ];
    case 'CONSTR_EXCLUSION':
      return [{ kind: 'exclude', name }];
    default:
      return [];
  }
}

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

function actionOf(letter: string | undefined): ReferentialAction {
  return ACTIONS[letter ?? 'a'] ?? 'no action';
}

function besidesOf({ deferrable, including, options, indexspace }: Constraint): string | undefined {
  if (deferrable) return 'DEFERRABLE';
  if (including?.length) return 'INCLUDE';
  if (options?.length) return 'WITH';
  return indexspace ? 'USING INDEX TABLESPACE' : undefined;
}

/** A column that is added, with what it holds in the rows that are there. */
export function readColumn(source: Source, column: ColumnDef, table: string): WrittenColumn {
  const name = column.colname ?? '';
  const constraints = (column.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const attribute = constraints.find(({ contype }) => ATTRIBUTES.has(contype ?? ''));
  return {
    name,
    type: typeOf(source, column),
    fill: readFill(source, column, attribute, table),
    constraints: constraints.flatMap((each) => readConstraint(source, each, table, name)),
  };
}

/** What gives a column its values. */
export const ATTRIBUTES: ReadonlySet<string> = new Set(['CONSTR_DEFAULT', 'CONSTR_GENERATED', 'CONSTR_IDENTITY']);

function readFill(source: Source, column: ColumnDef, attribute: Constraint | undefined, table: string): Fill {
  const type = typeOf(source, column);
  if (attribute?.contype === 'CONSTR_IDENTITY' || /^(?:small|big)?serial\d?$/i.test(type)) return { kind: 'distinct' };
  if (!attribute) return { kind: 'null' };
  const at = wordAt(source, attribute.location);
  if (attribute.contype === 'CONSTR_GENERATED') {
    const open = findWord(source, at, '(');
    if (open === undefined) return { kind: 'unknown', what: 'a generated column' };
    return {
      kind: 'generated',
      expression: readExpression(source, insideOf(source, open), attribute.raw_expr, [table]),
    };
  }
  const start = (findWord(source, at, 'default') ?? at) + 1;
  return fillOf(attribute.raw_expr, textOf(source, { from: start, to: endOfClause(source, column, start) }), type);
}

/** A default ends where the next constraint begins, or the column. */
function endOfClause(source: Source, { constraints = [] }: ColumnDef, start: number): number {
  const others = constraints.flatMap((node) =>
    'Constraint' in node ? [wordAt(source, node.Constraint.location)].filter((at) => at > start) : [],
  );
  return Math.min(endOfElement(source, start), ...others);
}

/** The type of a column as it is written. */
export function typeOf(source: Source, { typeName, constraints = [], collClause }: ColumnDef): string {
  const from = wordAt(source, typeName?.location);
  const next = [
    ...constraints.map((node) => ('Constraint' in node ? node.Constraint.location : undefined)),
    collClause?.location,
  ]
    .filter((location) => location !== undefined)
    .map((location) => wordAt(source, location));
  const stretch: Stretch = { from, to: Math.min(endOfElement(source, from), ...next) };
  return textOf(source, stretch);
}

/** Random and counted values: no two rows have the same. */
const DISTINCT = /^(?:gen_random_uuid|uuid_generate_v[147]|uuidv[47]|nextval|gen_random_bytes)$/;
/** The same for all rows of a statement. */
const STEADY =
  /^(?:now|transaction_timestamp|statement_timestamp|current_setting|lower|upper|date_trunc|coalesce|timezone)$/;

/** What a default gives: PostgreSQL evaluates it once for all rows, unless it has a function that is volatile. */
function fillOf(tree: Node | undefined, text: string, type: string): Fill {
  const calls = [...nodesIn(tree)].flatMap(({ kind, node }) =>
    kind === 'FuncCall' && 'funcname' in node ? (stringsOf(node.funcname as Node[]).at(-1) ?? '') : [],
  );
  if (tree && 'FuncCall' in tree && calls.length === 1 && DISTINCT.test(calls[0] ?? '')) return { kind: 'distinct' };
  const unknown = calls.find((name) => !STEADY.test(name));
  if (unknown !== undefined) return { kind: 'unknown', what: `${unknown}()` };
  if (tree && isNull(tree)) return { kind: 'null' };
  return { kind: 'constant', expression: { text: `(${text})::${type}`, uses: [], rowwise: true } };
}

function isNull(tree: Node): boolean {
  if ('TypeCast' in tree && tree.TypeCast.arg) return isNull(tree.TypeCast.arg);
  return 'A_Const' in tree && tree.A_Const.isnull === true;
}
