import { basename, dirname } from 'node:path';
import { countUpTo } from '../count-up-to.ts';
import { Deadline } from '../deadline.ts';
import type { Framework } from '../upsert.ts';
import { type ClassBody, type ModelFile, model, readBodies } from './classes.ts';
import { snakeCase } from './conventions.ts';
import type { Model } from './models.ts';
import { readBun, readDiesel, readMikroOrm, readPeewee, readSeaOrm } from './read-named-models.ts';
import { readPrismaSchema } from './read-prisma-schema.ts';

/**
 * Finds the models that a file defines, as far as their tables are written out in it. A file may be made to be slow: no
 * pattern goes over the same lines from each of many beginnings, which is why `^\s*` and `[^)]*` are not written here.
 * @throws OutOfTime
 */
export function readModels(file: string, text: string, deadline = new Deadline()): readonly Model[] {
  deadline.check();
  if (file.endsWith('.prisma')) return readPrismaSchema(text);
  const found = { file, text, deadline };
  switch (file.slice(file.lastIndexOf('.'))) {
    case '.py':
      return [...readSqlalchemy(found), ...readDjango(found), ...readPeewee(found)];
    case '.go':
      return [...readGorm(text), ...readBun(text)];
    case '.rs':
      return [...readSeaOrm(file, text), ...readDiesel(text)];
    case '.rb':
      return readBodies(
        found,
        /^[ \t]*class\s+(?:\w+::)*(\w+)\s*</gm,
        modelIn('active-record', /self\.table_name\s*=\s*['"]([\w.]+)['"]/),
      );
    case '.php':
      return readBodies(
        found,
        /^[ \t]*(?:final\s+)?class\s+(\w+)\s+extends\b/gm,
        modelIn('laravel', /\$table\s*=\s*['"]([\w.]+)['"]/),
      );
    case '.ex':
    case '.exs':
      return readBodies(found, /^[ \t]*defmodule\s+(?:\w+\.)*(\w+)\s+do/gm, ({ name, body }) => {
        const table = /^[ \t]*(?:typed_)?schema[ \t(]+"([\w.]+)"/m.exec(body)?.[1];
        const schema = /^[ \t]*@schema_prefix[ \t]+"(\w+)"/m.exec(body)?.[1];
        return table === undefined ? [] : [model('ecto', name, { table, schema })];
      });
    default:
      return [...readDrizzle(found), ...readTypeorm(found), ...readSequelize(found), ...readMikroOrm(text)];
  }
}

/** A class is a model where it names its table. */
function modelIn(framework: Framework, table: RegExp): (found: ClassBody) => readonly Model[] {
  return ({ name, body }) => {
    const found = table.exec(body)?.[1];
    return found === undefined ? [] : [model(framework, name, { table: found })];
  };
}

function readSqlalchemy(file: ModelFile): readonly Model[] {
  const classes = readBodies(file, /^class\s+(\w+)\s*[(:]/gm, ({ name, body }) => {
    const table = /^[ \t]+__tablename__\s*(?::[^=\n]{0,500})?=\s*['"](\w+)['"]/m.exec(body)?.[1];
    if (table === undefined) return [];
    const schema = /['"]schema['"]\s*:\s*['"](\w+)['"]/.exec(body)?.[1];
    const renamed = body.matchAll(
      /^[ \t]+(\w+)\s*(?::[^=\n]{0,500})?=\s*(?:\w+\.)?(?:Column|mapped_column)\(\s*['"](\w+)['"]/gm,
    );
    return [model('sqlalchemy', name, { table, schema, columns: pairsOf(renamed) })];
  });
  const tables = Array.from(
    file.text.matchAll(/^(\w+)\s*=\s*(?:\w+\.)?Table\(\s*['"](\w+)['"]/gm),
    ([, name = '', table = '']) => model('sqlalchemy', name, { table }),
  );
  return [...classes, ...tables];
}

/** Django calls a table by its app, which is the folder of models.py, and the class. */
function readDjango(found: ModelFile): readonly Model[] {
  if (!/\bmodels\.Model\b|\bAbstract\w*\b/.test(found.text)) return [];
  const folder = dirname(found.file);
  const app = basename(basename(folder) === 'models' ? dirname(folder) : folder);
  return readBodies(found, /^class\s+(\w+)\s*\(/gm, ({ name, body }) => {
    if (/^[ \t]+abstract\s*=\s*True/m.test(body) || !/\bmodels\.\w+|Model\b/.test(body)) return [];
    const table = /^[ \t]+db_table\s*=\s*['"]([\w".]+)['"]/m.exec(body)?.[1];
    const relations = body.matchAll(/^[ \t]+(\w+)\s*=\s*models\.(?:ForeignKey|OneToOneField)\(/gm);
    const columns = Array.from(relations, ([, field = '']) => [field, `${field}_id`] as const);
    return [model('django', name, { table: table ?? `${app}_${name.toLowerCase()}`, columns })];
  });
}

function readGorm(text: string): readonly Model[] {
  const named = text.matchAll(/^func\s*\((?:\w+\s+)?\*?(\w+)\)\s*TableName\(\)\s*string\s*\{\s*return\s+"([\w.]+)"/gm);
  return Array.from(named, ([, name = '', table = '']) => model('gorm', name, { table }));
}

function readDrizzle(file: ModelFile): readonly Model[] {
  const schemas = new Map(
    Array.from(file.text.matchAll(/\b(\w+)\s*=\s*pgSchema\(\s*['"`](\w+)/g), ([, name = '', schema = '']) => [
      name,
      schema,
    ]),
  );
  const tables = /\b(?:const|let|var)\s+(\w+)\s*(?::[^=\n]{0,500})?=\s*(?=pgTable|\w+\.table\()/g;
  return readBodies(file, tables, ({ name, body }) => {
    const opened = /=\s*(?:pgTable|(\w+)\.table)\(\s*['"`](\w+)['"`]/.exec(body);
    const [, schemaName = '', table] = opened ?? [];
    if (table === undefined) return [];
    const columns = body.matchAll(/^[ \t]*(\w+):\s*\w+(?:<[^>]{0,500}>)?\(\s*['"`](\w+)['"`]/gm);
    return [model('drizzle', name, { table, schema: schemas.get(schemaName), columns: pairsOf(columns) })];
  });
}

function readTypeorm({ text, deadline }: ModelFile): readonly Model[] {
  const ends = Array.from(text.matchAll(/@Entity\(|^export class/gm), ({ index }) => index);
  const entities = text.matchAll(/@Entity\(([^)]{0,1000})\)[\s\S]{0,400}?\bclass\s+(\w+)/g);
  return Array.from(entities, ({ index, 0: whole, 1: given = '', 2: name = '' }) => {
    deadline.check();
    const table = /^\s*['"`](\w+)['"`]/.exec(given)?.[1] ?? /\bname:\s*['"`](\w+)['"`]/.exec(given)?.[1];
    const schema = /\bschema:\s*['"`](\w+)['"`]/.exec(given)?.[1];
    const start = index + whole.length;
    const body = text.slice(start, ends[countUpTo(ends, start)]);
    return model('typeorm', name, { table: table ?? snakeCase(name), schema, columns: renamedColumns(body) });
  });
}

/** `@Column({ name: 'created_at' }) createdAt`, with other decorators between. */
function renamedColumns(body: string): readonly (readonly [string, string])[] {
  const property = /(?:\s*@\w+\([^)]{0,1000}\)){0,10}\s*(?:readonly\s+|public\s+|private\s+)?(\w+)/y;
  return Array.from(body.matchAll(/@\w*Column\(([^)]{0,1000})\)/g)).flatMap(({ index, 0: whole, 1: given = '' }) => {
    const column = /\bname:\s*['"`](\w+)['"`]/.exec(given)?.[1];
    if (column === undefined) return [];
    property.lastIndex = index + whole.length;
    const field = property.exec(body)?.[1];
    return field === undefined ? [] : [[field, column] as const];
  });
}

/** A model of Sequelize is not longer than this. */
const LONGEST_DEFINITION = 6_000;

function readSequelize({ text, deadline }: ModelFile): readonly Model[] {
  const made = [...text.matchAll(/\b(?:const|let|var)\s+(\w+)\s*=\s*\w+\.define\(|\b(\w+)\.init\(/g)];
  return made.flatMap((match, place) => {
    deadline.check();
    const end = Math.min(match.index + LONGEST_DEFINITION, made[place + 1]?.index ?? text.length);
    const body = text.slice(match.index, end);
    const table = /\btableName:\s*['"`](\w+)['"`]/.exec(body)?.[1];
    if (table === undefined) return [];
    const renamed = body.matchAll(/^[ \t]*(\w+):\s*\{[^{}]*?\bfield:\s*['"`](\w+)['"`]/gm);
    return [model('sequelize', match[1] ?? match[2] ?? '', { table, columns: pairsOf(renamed) })];
  });
}

/** The attribute and the column of each match. */
function pairsOf(matches: Iterable<RegExpExecArray>): readonly (readonly [string, string])[] {
  return Array.from(matches, ([, attribute = '', column = '']) => [attribute, column]);
}
