import { excerpt } from './read-sql.ts';
import type { SourceText } from './source-text.ts';
import { columnTarget } from './sql/parse-target.ts';
import type { ConflictUpsert, TableRef, Target } from './upsert.ts';

const INSERT = /\b(?:Repo|repo)\w*\.(insert_all|insert!?)\(|\|>\s*(?:\w+\.)*Repo\.(insert!?)\(/g;
/** A call of Ecto is not longer than this. */
const LONGEST_CALL = 4_000;

/** Ecto: `Repo.insert(%User{…}, on_conflict: …, conflict_target: [:a, :b])`, `Repo.insert_all("users", …)`. */
export function scanElixir(source: SourceText): readonly ConflictUpsert[] {
  return Array.from(source.text.matchAll(INSERT)).flatMap((match): readonly ConflictUpsert[] => {
    const call = callText(source.text, match.index + match[0].length);
    if (call === undefined || !/\bon_conflict:/.test(call)) return [];
    const end = match.index + match[0].length + call.length + 1;
    return [
      {
        kind: 'on-conflict',
        place: source.placeOf(match.index),
        via: 'ecto',
        statement: excerpt(source.text.slice(match.index, end)),
        ignored: source.ignoredBetween(match.index, end),
        table: tableOf(call),
        target: targetOf(call),
        action: /\bon_conflict:\s*:nothing/.test(call) ? { kind: 'nothing' } : { kind: 'update', assigned: undefined },
        inserted: undefined,
        updateWhere: undefined,
        mentions: [],
      },
    ];
  });
}

/** What is between the parentheses. */
function callText(text: string, start: number): string | undefined {
  let depth = 1;
  for (let at = start; at < Math.min(text.length, start + LONGEST_CALL); at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return text.slice(start, at);
  }
  return undefined;
}

function tableOf(call: string): TableRef {
  const literal = /^\s*"(\w+)"/.exec(call)?.[1];
  if (literal !== undefined) return { kind: 'named', schema: undefined, names: [literal] };
  const schema = /^\s*(?:%?(?:\w+\.)*([A-Z]\w*))\s*[,{]/.exec(call)?.[1];
  if (schema === undefined) return { kind: 'dynamic', reason: 'the schema is not named in the call' };
  return { kind: 'model', framework: 'ecto', name: schema };
}

function targetOf(call: string): Target {
  const given = /\bconflict_target:\s*(\[[^\]]*\]|:\w+|\{[^}]*\})/.exec(call)?.[1];
  if (given === undefined) return { kind: 'none' };
  const constraint = /^\{\s*:constraint,\s*:(\w+)/.exec(given)?.[1];
  if (constraint !== undefined) return { kind: 'constraint', name: constraint };
  const names = Array.from(given.matchAll(/:(\w+)/g), ([, name = '']) => name);
  const whole = given.replaceAll(/[[\]\s,]|:\w+/g, '') === '';
  return whole && names.length > 0
    ? columnTarget(names)
    : { kind: 'dynamic', reason: 'the target is a fragment of SQL' };
}
