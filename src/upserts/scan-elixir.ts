import { type ApiTarget, proposed, readTarget, TARGET_AT_RUN_TIME, targetOn } from './api/api-upsert.ts';
import { readEctoTable } from './elixir-schema.ts';
import { excerptOfCode } from './excerpt.ts';
import type { SourceText } from './source-text.ts';
import type { ConflictAction, ConflictUpsert } from './upsert.ts';

const INSERT = /\b(?:Repo|repo)\w*\.(?:insert_all|insert!?)\(|\|>\s*(?:\w+\.)*[Rr]epo\w*\.(?:insert_all|insert!?)\(/g;
/** A call of Ecto is not longer than this. */
const LONGEST_CALL = 4_000;

/** Ecto: `Repo.insert(%User{…}, on_conflict: …, conflict_target: [:a, :b])`, `Repo.insert_all("users", …)`. */
export async function scanElixir(source: SourceText): Promise<readonly ConflictUpsert[]> {
  const found: ConflictUpsert[] = [];
  for (const match of source.text.matchAll(INSERT)) {
    const call = callText(source.text, match.index + match[0].length);
    // `on_conflict: :raise` is what an insert does anyway.
    if (call === undefined || !/\bon_conflict:(?!\s*:raise\b)/.test(call)) continue;
    const end = match.index + match[0].length + call.length + 1;
    found.push({
      kind: 'on-conflict',
      place: source.placeOf(match.index),
      via: 'ecto',
      statement: excerptOfCode(source.text.slice(match.index, end)),
      ignored: source.ignoredBetween(match.index, end),
      table: readEctoTable({
        text: source.text,
        at: match.index,
        given: call,
        piped: match[0].startsWith('|>'),
      }),
      target: await readTarget(targetOf(call)),
      action: actionOf(call),
      inserted: undefined,
      updateWhere: undefined,
      mentions: [],
    });
  }
  return found;
}

function actionOf(call: string): ConflictAction {
  if (/\bon_conflict:\s*:nothing/.test(call)) return { kind: 'nothing' };
  const replaced = /\bon_conflict:\s*\{\s*:replace,\s*\[((?:\s*:\w+\s*,?)*)\]/.exec(call)?.[1];
  const assigned =
    replaced === undefined ? undefined : Array.from(replaced.matchAll(/:(\w+)/g), ([, name = '']) => name);
  return { kind: 'update', assigned: proposed(assigned) };
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

function targetOf(call: string): ApiTarget {
  const from = /\bconflict_target:\s*/.exec(call);
  if (!from) return { kind: 'none' };
  const given = call.slice(from.index + from[0].length);
  const constraint = /^\{\s*:constraint,\s*:(\w+)/.exec(given)?.[1];
  if (constraint !== undefined) return { kind: 'constraint', name: constraint };
  const fragment = FRAGMENT.exec(given);
  if (fragment) return fragmentOf(fragment);
  const list = /^\[([^\]]*)\]|^(:\w+)/.exec(given);
  const names = (list?.[1] ?? list?.[2])?.split(',').map((name) => /^\s*:(\w+)\s*$/.exec(name)?.[1]);
  return names?.every((name) => name !== undefined) ? targetOn(names) : TARGET_AT_RUN_TIME;
}

/** `{:unsafe_fragment, "(a) WHERE b IS NULL"}`, or the text in a sigil: `~s|(a) WHERE b = 'x'|`. */
const FRAGMENT =
  /^\{\s*:unsafe_fragment,\s*(?:"((?:[^"\\]|\\.)*)"|~[sS](?:\(((?:[^()]|\([^()]*\))*)\)|([|"'/])(.*?)\3))\s*\}/s;

function fragmentOf([, quoted, inParentheses, , inSigil]: RegExpExecArray): ApiTarget {
  const sql = quoted?.replaceAll(/\\(.)/gs, '$1') ?? inParentheses ?? inSigil ?? '';
  return sql.includes('#{') ? TARGET_AT_RUN_TIME : { kind: 'written', sql };
}
