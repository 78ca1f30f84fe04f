import * as z from 'zod';

/** What may stand at a place of options. */
export interface Choices {
  /** For people: `"distinct" or "not distinct"`, `a list`. */
  readonly words: string;
  /** Words to choose from, for the nearest spelling. */
  readonly values: readonly string[];
}

/** The names of the options that a part of a schema has. */
export function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  return schemasAt([schema], path).flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : []));
}

/** What may stand at this place. */
export function choicesOf(schema: z.ZodType, path: readonly PropertyKey[]): Choices {
  const schemas = schemasAt([schema], path);
  const values = schemas.flatMap((each) => (each instanceof z.ZodEnum ? each.options.map(String) : []));
  const words = [...new Set(schemas.flatMap(wordsOf))];
  return { words: listed(words.length > 0 ? words : ['a value']), values };
}

function wordsOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => JSON.stringify(option));
  if (schema instanceof z.ZodString) return ['a text'];
  if (schema instanceof z.ZodNumber) return ['a number'];
  if (schema instanceof z.ZodBoolean) return ['true', 'false'];
  if (schema instanceof z.ZodNull) return ['null'];
  if (schema instanceof z.ZodArray) return ['a list'];
  if (schema instanceof z.ZodObject) return [`{ ${Object.keys(schema.shape).join(', ')} }`];
  if (schema instanceof z.ZodRecord) return ['an object of names and values'];
  return [];
}

/** The alternatives at a path, without what surrounds them: defaults, optional, transformations. */
function schemasAt(schemas: readonly z.ZodType[], path: readonly PropertyKey[]): readonly z.ZodType[] {
  const bare = schemas.flatMap(unwrap);
  const [name, ...rest] = path;
  if (name === undefined) return bare;
  return schemasAt(
    bare.flatMap((each) => partOf(each, String(name))),
    rest,
  );
}

function partOf(schema: z.ZodType, name: string): readonly z.ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType];
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  const part = schema instanceof z.ZodObject ? (schema.shape[name] as z.ZodType | undefined) : undefined;
  return part ? [part] : [];
}

function unwrap(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrap(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return unwrap(schema.in as z.ZodType);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => unwrap(option as z.ZodType));
  return [schema];
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
