import type { ChildKey } from '../model/dedupe.ts';
import type { CreatedGuards, ResolvedRelink } from '../model/plan.ts';
import { type Statement, statement } from '../model/statement.ts';
import { asExclusion } from './dedupe/exclusions.ts';
import { isRefused, type LoneGuard } from './dedupe/future-rows.ts';
import { quoteName } from './quote.ts';
import { covered, rowsOf } from './relation.ts';
import { missingRows } from './relink.ts';
import { valueSql } from './terms.ts';

/** What is asked of the rows that would be created: one of these, or whether a column takes what is given. */
export type CreatedQuestion =
  | { readonly kind: 'guard'; readonly guard: LoneGuard }
  | { readonly kind: 'unique'; readonly unique: ChildKey }
  | { readonly kind: 'value'; readonly column: string; readonly type: string };

/** Everything that could refuse a row that is created. */
export function createdQuestions({ guards, uniques }: CreatedGuards): readonly CreatedQuestion[] {
  return [
    ...guards.flatMap((guard) => (guard.kind === 'exclusion' ? [] : [{ kind: 'guard' as const, guard }])),
    ...uniques.map((unique) => ({ kind: 'unique' as const, unique })),
  ];
}

/** Counts the rows that each of them would refuse, and names the first few by what they are matched by. */
export function countUncreatable(relink: ResolvedRelink, questions: readonly CreatedQuestion[]): Statement {
  const name = relink.match.map(({ parent }) => `${quoteName(parent)}::text`).join(', ');
  const counts = questions.map(
    (
      question,
    ) => `(select jsonb_build_object('rows', count(*), 'sample', coalesce(to_jsonb((array_agg(name order by name))[1:3]), '[]'))
                from (select pg_catalog.concat_ws(', ', ${name}) as name from ${refusedBy(relink, question)}) refused)`,
  );
  return statement(`
      with created as materialized (${futureParents(relink)})
      select jsonb_build_array(${counts.join(',\n             ')}) as refused`);
}

/** The columns that are named where a constraint names them: those of the table. */
function refusedBy({ parent }: ResolvedRelink, question: CreatedQuestion): string {
  const alias = quoteName(parent.table.name);
  switch (question.kind) {
    case 'guard':
      return `created as ${alias} where ${isRefused(question.guard)}`;
    case 'value':
      return `created as ${alias} where pg_catalog.num_nulls((${quoteName(question.column)})::${question.type}) < 0`;
    case 'unique':
      return collidingWith(parent, question.unique);
  }
}

/** ON CONFLICT DO NOTHING would leave such a row out, without a word. */
function collidingWith(parent: ResolvedRelink['parent'], unique: ChildKey): string {
  const { columns, operators } = asExclusion(unique);
  const keys = columns.map((column, place) => `${column} as msgdb_k${place + 1}`).join(', ');
  const inside = covered({ predicate: unique.predicate, nulls: 'not distinct' }, []);
  const meets = (other: string): string =>
    operators.map((operator, place) => `${other}.msgdb_k${place + 1} ${operator} f.msgdb_k${place + 1}`).join(' and ');
  const future = `select *, ${keys} from created as ${quoteName(parent.table.name)} where ${inside}`;
  return `(${future}) f
           where exists (select from (select ${keys} from ${rowsOf(parent)} where ${inside}) o where ${meets('o')})
              or exists (select from (${future}) e where e.msgdb_place < f.msgdb_place and ${meets('e')})`;
}

/** A column that is not given has NULL, unless PostgreSQL fills it: then nothing here asks for it. */
function futureParents(relink: ResolvedRelink): string {
  const { parent, match, create = [], creating } = relink;
  const types = new Map(creating?.given.map(({ column, type }) => [column, type]));
  const given = new Map([
    ...match.map((pair) => [pair.parent, quoteName(pair.child)] as const),
    ...create.map((each) => [each.column, valueSql(each.value, each.baseType)] as const),
  ]);
  const keys = match.map((pair) => quoteName(pair.child));
  const columns = parent.columns.map(({ name, storageType }) => {
    const value = given.get(name);
    // In the type without its modifier, a value keeps all that the column would cut off or refuse.
    const type = value === undefined ? storageType : (types.get(name) ?? storageType);
    return `(${value ?? 'null'})::${type} as ${quoteName(name)}`;
  });
  return `
        select row_number() over (order by ${keys.join(', ')}) as msgdb_place, ${columns.join(', ')}
          from ${missingRows(relink)}
         group by ${keys.join(', ')}`;
}
