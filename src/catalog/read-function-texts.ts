import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

const rowsSchema = z.array(z.object({ name: z.string(), text: z.string(), known: z.boolean() }));

/**
 * Texts of functions by name, and of those that they call: all overloads in one. Empty for PostgreSQL's own; a function
 * that is in another language, or an extension's, is left out.
 */
export async function readFunctionTexts(
  db: Queryable,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  const asked = new Set<string>();
  for (let wanted = [...new Set(names)]; wanted.length > 0; ) {
    for (const name of wanted) asked.add(name);
    const rows = rowsSchema.parse(await db.query(selectTexts(wanted)));
    for (const { name, text, known } of rows) if (known) texts[name] = text;
    wanted = [...new Set(rows.flatMap(({ text }) => calledIn(text)))].filter((name) => !asked.has(name));
  }
  return texts;
}

/** Every word before a parenthesis: more than are called, and none fewer. */
function calledIn(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]+)"\s*\(|([a-z_][\w$]*)\s*\(/gi)].map(
    ([, quotedName, word]) => quotedName ?? (word ?? '').toLowerCase(),
  );
}

function selectTexts(names: readonly string[]) {
  return statement(
    `
    select p.proname::text as name,
           bool_and(n.nspname = 'pg_catalog' or (l.lanname in ('sql', 'plpgsql') and not exists (
             select from pg_catalog.pg_depend d
              where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'))) as known,
           string_agg(case when n.nspname = 'pg_catalog' or l.lanname not in ('sql', 'plpgsql') then ''
                           -- A body of parsed SQL (BEGIN ATOMIC) has no source of its own.
                           when p.prosrc <> '' then p.prosrc else pg_catalog.pg_get_functiondef(p.oid) end, e'\\n') as text
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      join pg_catalog.pg_language l on l.oid = p.prolang
     where p.proname in (select jsonb_array_elements_text($1::text::jsonb))
     group by p.proname`,
    [JSON.stringify(names)],
  );
}
