import { joinTokens } from '../sql/parse-target.ts';
import { type SqlToken, scanSql } from '../sql/scan-sql.ts';
import { fittingArbiters, type KeyTarget } from './target-shape.ts';
import type { UpsertFacts } from './upsert-facts.ts';

/** How many targets are tried in place of one. */
const MOST_TRIED = 32;

/**
 * The target with values in place of its parameters: those that the predicates of the indexes in question name, and
 * some beside them. Where none of these finds an index, hardly any value does.
 */
export function withValues(target: KeyTarget, facts: UpsertFacts): readonly KeyTarget[] {
  const { where } = target;
  if (!target.parameter || where === undefined) return [];
  const predicates = fittingArbiters(target, facts).indexes.flatMap(({ predicate }) => predicate ?? []);
  const values = [...new Set([...predicates.flatMap((each) => scanSql(each).flatMap(valuesNear)), "'1'"])];
  const tokens = scanSql(where);
  const parameters = tokens.filter(({ kind }) => kind === 'parameter').length;
  return combinations(values, parameters).map((chosen) => ({
    ...target,
    where: joinTokens(where, tokens, (token) =>
      token.kind === 'parameter' ? (chosen[placeOf(token)] ?? '') : token.text,
    ),
    whereWritten: undefined,
    parameter: false,
  }));
}

/** A constant of a predicate; and for `<>`, `<` and `>` one beside it. */
function valuesNear({ kind, text }: SqlToken): readonly string[] {
  if (kind === 'string') return [text, `${text.slice(0, -1)}~'`];
  if (kind === 'number') return [text, `(${text} + 1)`, `(${text} - 1)`];
  return kind === 'word' && /^(?:true|false)$/i.test(text) ? [text] : [];
}

function combinations(values: readonly string[], places: number): readonly (readonly string[])[] {
  let all: readonly (readonly string[])[] = [[]];
  for (let place = 0; place < places; place += 1) {
    all = all.flatMap((chosen) => values.map((value) => [...chosen, value])).slice(0, MOST_TRIED);
  }
  return all;
}

/** Parameters of a parsed target are numbered as they stand: $1, $2 … */
function placeOf({ text }: SqlToken): number {
  return Number(text.slice(1)) - 1;
}
