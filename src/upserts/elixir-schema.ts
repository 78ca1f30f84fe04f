import { type Imports, readImports } from './syntax/imports.ts';
import type { TableRef } from './upsert.ts';

/** A call of Ecto in its file. */
export interface EctoCall {
  readonly text: string;
  /** Where it begins: for one in a pipe, at the pipe. */
  readonly at: number;
  /** What is between the parentheses. */
  readonly given: string;
  readonly piped: boolean;
}

const NOT_NAMED: TableRef = { kind: 'dynamic', reason: 'the schema is not named in the call' };

/** The table that is inserted into: the one that is named, or the schema of what is given or piped in. */
export function readEctoTable(call: EctoCall): TableRef {
  const { text, at, given, piped } = call;
  const prefix = /\bprefix:\s*("(\w+)")?/.exec(given);
  if (prefix && prefix[1] === undefined)
    return { kind: 'dynamic', reason: 'the prefix is given while the program runs' };
  const literal = /^\s*(?:\{\s*)?"(\w+)"/.exec(piped ? pipeBefore(text, at) : given)?.[1];
  if (literal !== undefined) return { kind: 'named', schema: prefix?.[2], names: [literal] };
  if (prefix) return { kind: 'dynamic', reason: 'the prefix is not that of the schema' };
  const name = piped ? schemaIn(pipeBefore(text, at)) : schemaGiven(call);
  const whole = name === '__MODULE__' ? moduleAround(text, at) : name;
  return whole === undefined ? NOT_NAMED : { kind: 'model', framework: 'ecto', name: unaliased(whole, text) };
}

function unaliased(name: string, text: string): string {
  const parts = name.split('.');
  const imports: Imports = readImports('.ex', text);
  const [last = name] = (parts.length === 1 ? (imports.get(name)?.name ?? name) : name).split('.').toReversed();
  return last;
}

/** `Repo.insert_all(User, …)`, `Repo.insert(%User{…}, …)`, a changeset, or a variable that holds one. */
function schemaGiven({ text, at, given }: EctoCall): string | undefined {
  const first = /^\s*((?:\w+\.)*(?:[A-Z]\w*|__MODULE__))\s*,/.exec(given)?.[1];
  if (first !== undefined) return first;
  const variable = /^\s*([a-z_]\w*)\s*,/.exec(given)?.[1];
  if (variable === undefined) return schemaIn(firstArgument(given));
  const start = functionStart(text, at);
  const before = text.slice(start, at);
  const pattern = new RegExp(`%((?:\\w+\\.)*(?:[A-Z]\\w*|__MODULE__))\\{[^{}]*\\}\\s*=\\s*${variable}\\b`);
  const assigned = [...before.matchAll(new RegExp(`^[ \\t]*${variable}[ \\t]*=(?![=~])`, 'gm'))];
  if (assigned.length > 1) return undefined;
  const [only] = assigned;
  return only ? schemaIn(statementFrom(before, only.index)) : pattern.exec(before)?.[1];
}

/** The one struct that is made, else the one module whose changeset it is. */
function schemaIn(expression: string): string | undefined {
  const structs = namesBy(expression, /%((?:\w+\.)*(?:[A-Z]\w*|__MODULE__))\{/g);
  if (structs.length > 0) return structs.length === 1 ? structs[0] : undefined;
  const modules = namesBy(expression, /\b((?:\w+\.)*(?:[A-Z]\w*|__MODULE__))\.\w*changeset\w*[(\s]/g);
  return modules.length === 1 ? modules[0] : undefined;
}

function namesBy(expression: string, pattern: RegExp): readonly string[] {
  return [...new Set(Array.from(expression.matchAll(pattern), ([, name = '']) => name))];
}

/** A pipe and a function are not longer than these. */
const LONGEST = { pipe: 3_000, function: 10_000 };

/** What is piped into the place: back to the line that begins the expression. */
function pipeBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - LONGEST.pipe), at);
  const lines = before.split('\n');
  let expression = '';
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? '';
    expression = `${line}\n${expression}`;
    const goesOn = /^\s*(?:\|>.*)?\s*$/.test(line) || depthOf(expression) < 0;
    if (!goesOn) break;
  }
  // `{:ok, user} = %User{} |> …`: what is on the left is no part of it.
  return expression.replace(/^\s*(?:\w+|\{[^{}]*\})\s*(?:=|<-)\s+/, '');
}

/** Brackets that are open at the end; below 0 where more are closed than opened. */
function depthOf(expression: string): number {
  return (expression.match(/[([{]/g)?.length ?? 0) - (expression.match(/[)\]}]/g)?.length ?? 0);
}

function firstArgument(given: string): string {
  let depth = 0;
  for (let at = 0; at < given.length; at += 1) {
    if ('([{'.includes(given[at] ?? '')) depth += 1;
    if (')]}'.includes(given[at] ?? '')) depth -= 1;
    if (given[at] === ',' && depth === 0) return given.slice(0, at);
  }
  return given;
}

/** An assignment to its end: the lines that its brackets, its `=` or a pipe go on to. */
function statementFrom(text: string, start: number): string {
  const [first = '', ...lines] = text.slice(start, start + LONGEST.pipe).split('\n');
  let statement = first;
  for (const line of lines) {
    if (depthOf(statement) <= 0 && !/(?:=|\|>)\s*$/.test(statement) && !/^\s*\|>/.test(line)) break;
    statement += `\n${line}`;
  }
  return statement;
}

function functionStart(text: string, at: number): number {
  const from = Math.max(0, at - LONGEST.function);
  const starts = Array.from(text.slice(from, at).matchAll(/^[ \t]*defp?[ \t]/gm), ({ index }) => index);
  return from + (starts.at(-1) ?? 0);
}

/** The module around a place: the last one that was begun before it and has not ended. */
function moduleAround(text: string, at: number): string | undefined {
  const begun = [...text.slice(0, at).matchAll(/^([ \t]*)defmodule[ \t]+([\w.]+)[ \t]+do\b/gm)];
  const open = begun.findLast(
    ({ index, 1: indent = '' }) => !new RegExp(`^${indent}end\\b`, 'm').test(text.slice(index, at)),
  );
  return open?.[2];
}
