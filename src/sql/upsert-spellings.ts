import type { Key } from '../model/dedupe.ts';
import type { Library } from '../model/upsert-report.ts';
import { showTarget } from './conflict-target.ts';
import { showName } from './show-name.ts';

/** How a library writes an upsert by a rule; `works` is left to what the planner said of the target it sends. */
export interface Spelling {
  readonly via: Library;
  readonly text: string;
  /** The columns alone, the columns with the predicate, or neither of both. */
  readonly sends: 'columns' | 'whole' | 'impossible';
}

interface Parts {
  /** The key's columns; undefined where one of its parts is an expression. */
  readonly columns: readonly string[] | undefined;
  readonly predicate: string | undefined;
  readonly index: string;
}

type Speller = (parts: Parts & { readonly columns: readonly string[] }) => Omit<Spelling, 'via'>;

const list = (columns: readonly string[]): string => columns.map((column) => `'${column}'`).join(', ');

/** Libraries without a way to say the predicate send the columns alone. */
const columnsOnly =
  (write: (columns: readonly string[]) => string): Speller =>
  ({ columns }) => ({ text: write(columns), sends: 'columns' });

/** Libraries with a way to say it. */
const withPredicate =
  (write: (columns: readonly string[], predicate: string | undefined) => string): Speller =>
  ({ columns, predicate }) => ({ text: write(columns, predicate), sends: 'whole' });

const SPELLERS: Readonly<Record<Library, Speller>> = {
  supabase: columnsOnly((columns) => `.upsert(row, { onConflict: '${columns.join(',')}' })`),
  prisma: columnsOnly((columns) => `.upsert({ where: { ${columns.join('_')}: … }, create, update })`),
  sequelize: columnsOnly((columns) => `.upsert(row, { conflictFields: [${list(columns)}] })`),
  typeorm: columnsOnly((columns) => `.upsert(row, [${list(columns)}])`),
  django: columnsOnly(
    (columns) => `.bulk_create(rows, update_conflicts=True, unique_fields=[${list(columns)}], update_fields=[…])`,
  ),
  laravel: columnsOnly((columns) => `::upsert($rows, [${list(columns)}])`),
  sqlalchemy: withPredicate(
    (columns, predicate) =>
      `.on_conflict_do_update(index_elements=[${list(columns)}]${predicate === undefined ? '' : `, index_where=text("${predicate}")`}, set_=…)`,
  ),
  drizzle: withPredicate(
    (columns, predicate) =>
      `.onConflictDoUpdate({ target: [${columns.map((column) => `t.${column}`).join(', ')}]${predicate === undefined ? '' : `, targetWhere: sql\`${predicate}\``}, set })`,
  ),
  kysely: withPredicate(
    (columns, predicate) =>
      `.onConflict((oc) => oc.columns([${list(columns)}])${predicate === undefined ? '' : `.where(sql\`${predicate}\`)`}.doUpdateSet(…))`,
  ),
  knex: withPredicate((columns, predicate) =>
    predicate === undefined
      ? `.onConflict([${list(columns)}]).merge()`
      : `.onConflict(knex.raw(\`(${columns.map(showName).join(', ')}) WHERE ${predicate}\`)).merge()`,
  ),
  gorm: withPredicate(
    (columns, predicate) =>
      `clause.OnConflict{Columns: []clause.Column{${columns.map((column) => `{Name: "${column}"}`).join(', ')}}${
        predicate === undefined
          ? ''
          : `, TargetWhere: clause.Where{Exprs: []clause.Expression{gorm.Expr(\`${predicate}\`)}}`
      }, UpdateAll: true}`,
  ),
  ecto: withPredicate((columns, predicate) =>
    predicate === undefined
      ? `conflict_target: [${columns.map((column) => `:${column}`).join(', ')}]`
      : `conflict_target: {:unsafe_fragment, "(${columns.map(showName).join(', ')}) WHERE ${predicate}"}`,
  ),
  'active-record': ({ index }) => ({ text: `.upsert_all(rows, unique_by: :${index})`, sends: 'whole' }),
};

/** How each library writes an upsert by the rule; one that takes columns alone cannot say an expression. */
export function spellUpsert(
  via: Library,
  { columns, predicate }: Pick<Key, 'columns' | 'predicate'>,
  index: string,
): Spelling {
  const names = columns.flatMap((part) => ('column' in part ? [part.column] : []));
  if (names.length < columns.length && via !== 'active-record') {
    return { via, text: `as SQL: ${showTarget({ columns, predicate })}`, sends: 'impossible' };
  }
  return { via, ...SPELLERS[via]({ columns: names, predicate, index }) };
}

export const LIBRARIES = Object.keys(SPELLERS) as readonly Library[];
