import { basename, dirname } from 'node:path';
import { type ModelFile, model, readBodies } from './classes.ts';
import type { Model } from './models.ts';

/** Peewee: a class with fields, and `class Meta: table_name = 'people'` where its own name would not do. */
export function readPeewee(file: ModelFile): readonly Model[] {
  if (!/\bpeewee\b|\bplayhouse\b/.test(file.text)) return [];
  return readBodies(file, /^class\s+(\w+)\s*\(/gm, ({ name, body }) => {
    const table = /^[ \t]+(?:db_table|table_name)\s*=\s*['"](\w+)['"]/m.exec(body)?.[1];
    const fields = body.matchAll(/^[ \t]+(\w+)\s*=\s*(?:\w+\.)?(\w+)Field\(([^\n]*)/gm);
    const columns = Array.from(fields, ([, field = '', kind = '', given = '']) => {
      const named = /\bcolumn_name\s*=\s*['"](\w+)['"]/.exec(given)?.[1];
      return [field, named ?? (kind === 'ForeignKey' ? `${field}_id` : field)] as const;
    });
    return [model('peewee', name, { table, columns })];
  });
}

/** MikroORM: `@Entity({ tableName: 'people' })`. */
export function readMikroOrm(text: string): readonly Model[] {
  const entities = text.matchAll(
    /@Entity\(\s*\{[^}]{0,1000}?\btableName:\s*['"`](\w+)['"`][^)]{0,1000}\)[\s\S]{0,400}?\bclass\s+(\w+)/g,
  );
  return Array.from(entities, ([, table, name = '']) => model('mikro-orm', name, { table }));
}

/** SeaORM: `#[sea_orm(table_name = "cakes")]` in cake.rs, used as `cake::Entity` or, by a prelude, as `Cake`. */
export function readSeaOrm(file: string, text: string): readonly Model[] {
  const table = /#\[sea_orm\([^)\]]{0,400}\btable_name\s*=\s*"(\w+)"/.exec(text)?.[1];
  if (table === undefined) return [];
  const module = basename(file) === 'mod.rs' ? basename(dirname(file)) : basename(file, '.rs');
  const renamed = text.matchAll(
    /#\[sea_orm\([^)\]]{0,400}\bcolumn_name\s*=\s*"(\w+)"[^)\]]{0,400}\)\]\s*(?:pub\s+)?(\w+):/g,
  );
  const columns = Array.from(renamed, ([, column = '', field = '']) => [field, column] as const);
  const entity = module.replaceAll(/(?:^|_)([a-z\d])/g, (_whole, letter: string) => letter.toUpperCase());
  return [module, entity].map((name) => model('sea-orm', name, { table, columns }));
}

/** Bun and go-pg: the tag of the first field, `bun:"table:users,alias:u"` or `pg:"users"`. */
export function readBun(text: string): readonly Model[] {
  const structs = text.matchAll(
    /\btype\s+(\w+)\s+struct\s*\{\s*(?:bun\.BaseModel|tableName\s+struct\{\})\s+`([^`]{0,500})`/g,
  );
  return Array.from(structs).flatMap(([, name = '', tag = '']) => {
    const table = /\bbun:"table:([\w.]+)/.exec(tag)?.[1] ?? /\bpg:"([\w.]+)/.exec(tag)?.[1];
    return table === undefined ? [] : [model('bun', name, { table })];
  });
}

/** Diesel: `table! { #[sql_name = "accounts"] audit.acct (id) { #[sql_name = "type"] kind -> Text, } }`. */
export function readDiesel(text: string): readonly Model[] {
  const tables = [
    ...text.matchAll(
      /\btable!\s*\{(?:\s*use\s[^;{}]{0,500};|\s*\/\/[^\n]*|\s*#\[[^\]]{0,500}\]){0,50}\s*((?:\w+\.)?\w+)/g,
    ),
  ];
  return tables.map(({ index, 0: head, 1: path = '' }, place) => {
    const [name = '', schema] = path.split('.').toReversed();
    const body = text.slice(
      index + head.length,
      Math.min(tables[place + 1]?.index ?? text.length, index + LONGEST_TABLE),
    );
    const renamed = body.matchAll(/#\[sql_name\s*=\s*"(\w+)"\]\s*(\w+)\s*->/g);
    const columns = Array.from(renamed, ([, column = '', field = '']) => [field, column] as const);
    return model('diesel', name, { table: SQL_NAME.exec(head)?.[1] ?? name, schema, columns });
  });
}

const SQL_NAME = /#\[sql_name\s*=\s*"(\w+)"\]/;

/** A table has at most 1,600 columns; their lines are not longer together. */
const LONGEST_TABLE = 200_000;
