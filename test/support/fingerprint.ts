import type postgres from 'postgres';

/** What to look at beyond definitions and rows. */
export interface FingerprintOptions {
  /** Also where rows lie and which transaction wrote them: ctid, xmin, and each relation's file. */
  readonly physical?: boolean;
}

/**
 * The whole database as sorted lines of text, to be compared before and after: every relation, column, index, constraint,
 * trigger, function and type of the user's schemas (msgdb's too), and each table's row count and hash of all rows.
 */
export async function fingerprint(sql: postgres.Sql, options: FingerprintOptions = {}): Promise<readonly string[]> {
  const { physical = false } = options;
  const lines: string[] = [];
  for (const statement of definitions(physical)) {
    for (const { line } of await sql.unsafe<{ line: string }[]>(statement)) lines.push(line);
  }
  const relations = await sql.unsafe<{ name: string; relkind: string }[]>(`
    select format('%I.%I', nspname, relname) as name, relkind
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind in ('r', 'm', 'S') and ${USER_SCHEMA}`);
  for (const { name, relkind } of relations) {
    const [row] = await sql.unsafe(relkind === 'S' ? sequenceState(name) : tableContents(name, physical));
    lines.push(`${relkind === 'S' ? 'sequence' : 'rows'} ${name} ${JSON.stringify(row)}`);
  }
  return lines.sort();
}

const USER_SCHEMA = `nspname !~ '^pg_' and nspname <> 'information_schema'`;

function sequenceState(name: string): string {
  return `select last_value::text, is_called from ${name}`;
}

/** The alias is a name that no table has as a column: a column would hide the row. */
function tableContents(name: string, physical: boolean): string {
  const place = physical ? `"row of msgdb's test".ctid::text || ' ' || "row of msgdb's test".xmin::text || ' ' ||` : '';
  return `
    select count(*)::int as count, md5(coalesce(string_agg(hash, '' order by hash), '')) as hash
    from (select md5(${place} "row of msgdb's test"::text) as hash from only ${name} as "row of msgdb's test") as hashes`;
}

function definitions(physical: boolean): string[] {
  return [
    `select concat_ws(' ', 'schema', nspname, nspowner::regrole, nspacl) as line from pg_namespace where ${USER_SCHEMA}`,
    `select concat_ws(' ', 'relation', c.oid::regclass, relkind, relpersistence, relowner::regrole, relacl, reloptions,
       relrowsecurity, relforcerowsecurity, relreplident, pg_get_expr(relpartbound, c.oid)
       ${physical ? ', relfilenode' : ''}) as line
     from pg_class c join pg_namespace n on n.oid = relnamespace where ${USER_SCHEMA}`,
    `select concat_ws(' ', 'column', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod), attnotnull,
       attidentity, attgenerated, attcollation::regcollation, attacl, pg_get_expr(adbin, adrelid)) as line
     from pg_attribute a join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace
       left join pg_attrdef d on d.adrelid = attrelid and d.adnum = attnum
     where attnum > 0 and relkind not in ('i', 'I', 'S') and ${USER_SCHEMA}`,
    `select concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisready, indislive, indisprimary,
       indisreplident, indisclustered) as line
     from pg_index join pg_class c on c.oid = indexrelid join pg_namespace n on n.oid = relnamespace
     where ${USER_SCHEMA}`,
    `select concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(k.oid), convalidated) as line
     from pg_constraint k join pg_namespace n on n.oid = connamespace where ${USER_SCHEMA}`,
    `select concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid), tgenabled) as line
     from pg_trigger t join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = relnamespace
     where not tgisinternal and ${USER_SCHEMA}`,
    `select concat_ws(' ', 'function', p.oid::regprocedure, prokind, proowner::regrole, proacl,
       md5(case when prokind in ('f', 'p') then pg_get_functiondef(p.oid) end)) as line
     from pg_proc p join pg_namespace n on n.oid = pronamespace where ${USER_SCHEMA}`,
    `select concat_ws(' ', 'type', t.oid::regtype, typtype, format_type(typbasetype, typtypmod), typnotnull, typdefault,
       (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid)) as line
     from pg_type t join pg_namespace n on n.oid = typnamespace where ${USER_SCHEMA}`,
    `select concat_ws(' ', 'rule', c.oid::regclass, rulename, ev_enabled, pg_get_ruledef(r.oid)) as line
     from pg_rewrite r join pg_class c on c.oid = ev_class join pg_namespace n on n.oid = relnamespace
     where ${USER_SCHEMA}`,
    `select concat_ws(' ', 'policy', polrelid::regclass, polname, polcmd, polpermissive, polroles::regrole[],
       pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) as line from pg_policy`,
    `select concat_ws(' ', 'inherits', inhrelid::regclass, inhparent::regclass, inhseqno) as line from pg_inherits`,
    `select concat_ws(' ', 'statistics', pg_get_statisticsobjdef(oid)) as line from pg_statistic_ext`,
    `select concat_ws(' ', 'extension', extname, extversion) as line from pg_extension`,
    `select concat_ws(' ', 'publication', pubname, puballtables, prrelid::regclass) as line
     from pg_publication p left join pg_publication_rel r on r.prpubid = p.oid`,
    `select concat_ws(' ', 'comment', pg_describe_object(classoid, objoid, objsubid), description) as line
     from pg_description where objoid >= 16384`,
    `select concat_ws(' ', 'event trigger', evtname, evtevent, evtenabled, evtfoid::regproc) as line from pg_event_trigger`,
  ];
}
