import { Deadline } from '../../../src/upserts/deadline.ts';
import { findInSource } from '../../../src/upserts/find-in-source.ts';
import { languageOf } from '../../../src/upserts/languages.ts';
import { Models } from '../../../src/upserts/models/models.ts';
import { readModels } from '../../../src/upserts/models/read-models.ts';
import { resolveModels } from '../../../src/upserts/models/resolve-models.ts';
import { SourceText } from '../../../src/upserts/source-text.ts';
import { Grammars } from '../../../src/upserts/syntax/grammars.ts';
import type { Upsert } from '../../../src/upserts/upsert.ts';

const grammars = new Grammars();

/** Ten times what the program gives a file: what a busy machine takes is no fault. */
const PATIENCE_MS = 100_000;

/** The upserts in one file, models of the same text known. */
export async function find(
  file: string,
  text: string,
  ...others: readonly [string, string][]
): Promise<readonly Upsert[]> {
  const language = languageOf(file);
  if (!language) throw new Error(`${file} is of no known language`);
  const { upserts } = await findInSource(new SourceText(file, text), language, grammars, {
    deadline: new Deadline(PATIENCE_MS),
  });
  const models = new Models();
  for (const [name, content] of [[file, text], ...others] as const) {
    for (const model of readModels(name, content)) models.add(model);
  }
  return upserts.map((upsert) => resolveModels(upsert, models));
}

/** Each as `table (target) action`, with `?` for what is dynamic. */
export async function summary(
  file: string,
  text: string,
  ...others: readonly [string, string][]
): Promise<readonly string[]> {
  return (await find(file, text, ...others)).map(summaryOf);
}

export function summaryOf(upsert: Upsert): string {
  const table =
    upsert.table.kind === 'named' ? [upsert.table.schema, upsert.table.names[0]].filter(Boolean).join('.') : '?';
  if (upsert.kind !== 'on-conflict') return `${table} ${upsert.kind} (${upsert.key.join(', ')})`;
  const { target, action } = upsert;
  const assigned = action.kind === 'update' ? (action.assigned?.map(({ column }) => column).join(', ') ?? '?') : '';
  return `${table} ${targetOf(target)} ${action.kind}${assigned === '' ? '' : ` ${assigned}`}`;
}

function targetOf(target: Extract<Upsert, { kind: 'on-conflict' }>['target']): string {
  switch (target.kind) {
    case 'key':
      return `(${target.elements.map(({ sql }) => sql).join(', ')})${target.where === undefined ? '' : ` where ${target.where}`}`;
    case 'constraint':
      return `constraint ${target.name}`;
    case 'index':
      return `index ${target.names.join(', ')}`;
    case 'dynamic':
      return '?';
    default:
      return target.kind;
  }
}
