import { z } from 'zod';
import { ofUsers } from '../sql/own-schema.ts';

/** A relation's name, as it is read. */
export const nameSchema = z.object({ schema: z.string(), name: z.string() });

/** A schema `n` that is neither PostgreSQL's nor msgdb's own. */
export const OF_USERS = `n.nspname not in ('pg_catalog', 'information_schema') and ${ofUsers('n.nspname')} and n.nspname not like 'pg\\_temp%'`;

/**
 * Tables with the names in $1, and those that foreign keys or inheritance link with them, either way: parts of a
 * `with recursive` that end in `linked (oid)`.
 */
export const LINKED = `
  edge (one, other) as materialized (
    select k.conrelid, k.confrelid from pg_catalog.pg_constraint k where k.contype = 'f'
    union select k.confrelid, k.conrelid from pg_catalog.pg_constraint k where k.contype = 'f'
    union select h.inhrelid, h.inhparent from pg_catalog.pg_inherits h
    union select h.inhparent, h.inhrelid from pg_catalog.pg_inherits h
  ),
  linked (oid) as (
    select c.oid
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relname in (select jsonb_array_elements_text($1::text::jsonb)) and c.relkind in ('r', 'p', 'f') and ${OF_USERS}
    union
    select t.oid
      from linked l
      join edge e on e.one = l.oid
      join pg_catalog.pg_class t on t.oid = e.other and t.relkind in ('r', 'p', 'f')
  )`;
