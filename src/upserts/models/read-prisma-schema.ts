import type { Model } from './models.ts';

/** A comment, not what looks like one in a string: `@default("https://…")`. */
const COMMENT = /^((?:[^"\n/]|"(?:\\.|[^"\\\n])*"|\/(?!\/))*)\/\/.*$/gm;

/** The brace that ends a block ends a line: others stand in defaults. */
const END = /\}[ \t\r]*$/m;

/** The models of a schema.prisma: tables (@@map), columns (@map), unique keys under Prisma's names for them. */
export function readPrismaSchema(text: string): readonly Model[] {
  return blocks(text.replaceAll(COMMENT, '$1')).map(({ name, body }) => {
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

/** What is written between the braces; a block ends before the next one begins. */
function blocks(text: string): readonly { readonly name: string; readonly body: string }[] {
  const heads = [...text.matchAll(/^[ \t]*model\s+(\w+)\s*\{/gm)];
  return heads.flatMap(({ index, 0: head, 1: name = '' }, place) => {
    const rest = text.slice(index + head.length, heads[place + 1]?.index);
    const end = END.exec(rest)?.index;
    return end === undefined ? [] : [{ name, body: rest.slice(0, end) }];
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
  const fields = list.split(',').map((field) => (field.split('(')[0] ?? '').trim());
  const name = /\bname:\s*"([^"]+)"/.exec(given)?.[1] ?? fields.join('_');
  return [[name, fields]];
}
