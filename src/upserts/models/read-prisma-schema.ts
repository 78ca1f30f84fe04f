import type { Model } from './models.ts';

/** A comment, not what looks like one in a string: `@default("https://…")`. */
const COMMENT = /^((?:[^"\n/]|"(?:\\.|[^"\\\n])*"|\/(?!\/))*)\/\/.*$/gm;

/** To the brace that ends a line: others stand in defaults. */
const MODEL = /^[ \t]*model\s+(\w+)\s*\{([\s\S]*?)\}[ \t\r]*$/gm;

/** The models of a schema.prisma: tables (@@map), columns (@map), unique keys under Prisma's names for them. */
export function readPrismaSchema(text: string): readonly Model[] {
  return Array.from(text.replaceAll(COMMENT, '$1').matchAll(MODEL), ([, name = '', body = '']) => {
    const lines = body.split('\n').map((line) => line.trim());
    const fields = lines.filter((line) => /^\w/.test(line));
    const columns = new Map(
      fields.flatMap((line): readonly [string, string][] => {
        const [, field] = /^(\w+)/.exec(line) ?? [];
        const [, column] = /(?<!@)@map\(\s*(?:name:\s*)?"([^"]+)"/.exec(line) ?? [];
        return field !== undefined && column !== undefined ? [[field, column]] : [];
      }),
    );
    return {
      framework: 'prisma',
      name,
      table: /@@map\(\s*(?:name:\s*)?"([^"]+)"/.exec(body)?.[1] ?? name,
      schema: /@@schema\(\s*"([^"]+)"/.exec(body)?.[1],
      columns,
      uniques: new Map([...fields.flatMap(singleUnique), ...lines.flatMap(compoundUnique)]),
    };
  });
}

function singleUnique(line: string): readonly [string, readonly string[]][] {
  const [, field] = /^(\w+)/.exec(line) ?? [];
  return field !== undefined && /(?<!@)@(?:id|unique)\b/.test(line) ? [[field, [field]]] : [];
}

function compoundUnique(line: string): readonly [string, readonly string[]][] {
  const [, given] = /^@@(?:id|unique)\(([^[]*\[[^\]]*\].*)\)/.exec(line) ?? [];
  const list = /\[([^\]]*)\]/.exec(given ?? '')?.[1];
  if (given === undefined || list === undefined) return [];
  const fields = list.split(',').map((field) => field.trim().replace(/\(.*$/, ''));
  const name = /\bname:\s*"([^"]+)"/.exec(given)?.[1] ?? fields.join('_');
  return [[name, fields]];
}
