import type { Deadline } from '../deadline.ts';
import type { Framework } from '../upsert.ts';
import type { Model } from './models.ts';

/** A class of a file and what belongs to it. */
export interface ClassBody {
  readonly name: string;
  readonly body: string;
}

/** A file that is being read for models. */
export interface ModelFile {
  readonly file: string;
  readonly text: string;
  readonly deadline: Deadline;
}

/**
 * The models in classes one after the other: what is found before the next one begins belongs to this.
 * @throws OutOfTime
 */
export function readBodies(
  { text, deadline }: ModelFile,
  classes: RegExp,
  read: (found: ClassBody) => readonly Model[],
): readonly Model[] {
  const starts = [...text.matchAll(classes)];
  return starts.flatMap((match, place) => {
    deadline.check();
    return read({ name: match[1] ?? '', body: text.slice(match.index, starts[place + 1]?.index ?? text.length) });
  });
}

/** What of a model is written in its file beside its name. */
interface Written {
  /** With its schema before a dot, or without. */
  readonly table?: string | undefined;
  readonly schema?: string | undefined;
  /** Attributes and the columns they stand for. */
  readonly columns?: readonly (readonly [string, string])[];
}

/** A model as its file writes it: without the keys that only Prisma names. */
export function model(framework: Framework, name: string, { table, schema, columns = [] }: Written): Model {
  const [bare, inName] = table?.split('.').toReversed() ?? [];
  return { framework, name, table: bare, schema: inName ?? schema, columns: new Map(columns), uniques: new Map() };
}
