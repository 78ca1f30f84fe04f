import { type Queryable, statement } from '../model/statement.ts';

/** Reads settings of a session as they are now, those alone that this version has. */
export async function readSettings<Name extends string>(
  db: Queryable,
  names: readonly Name[],
): Promise<Readonly<Partial<Record<Name, string>>>> {
  const rows = await db.query(
    statement(
      `select name, pg_catalog.current_setting(name) as value from pg_catalog.pg_settings
        where name in (select jsonb_array_elements_text($1::text::jsonb))`,
      [JSON.stringify(names)],
    ),
  );
  return Object.fromEntries(rows.map((row) => [String(row.name), String(row.value)])) as Partial<Record<Name, string>>;
}

/** Reads one that every version has. */
export async function readSetting(db: Queryable, name: 'role' | 'search_path' | 'server_version'): Promise<string> {
  const [row] = await db.query(statement(`show ${name}`));
  return String(row?.[name]);
}
