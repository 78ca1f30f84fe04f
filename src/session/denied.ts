import { quoteName } from '../sql/quote.ts';
import { showName } from '../sql/show-name.ts';

/** A kind of object as PostgreSQL's message names it, and the privilege that mostly lacks. */
const PRIVILEGES: Readonly<Record<string, (name: string) => string>> = {
  schema: (name) => `usage on schema ${name}`,
  sequence: (name) => `usage, select on sequence ${name}`,
  function: (name) => `execute on function ${name}`,
  procedure: (name) => `execute on procedure ${name}`,
  database: (name) => `create, temporary on database ${name}`,
  type: (name) => `usage on type ${name}`,
  language: (name) => `usage on language ${name}`,
  tablespace: (name) => `create on tablespace ${name}`,
  'foreign server': (name) => `usage on foreign server ${name}`,
};

/**
 * What lets the role do what PostgreSQL denied it (42501), from the message; undefined where the message names no
 * object, or is in another language.
 */
export function grantFor(message: string, user: string): string | undefined {
  const role = quoteName(user);
  const [own] = /\bmsgdb(?:_[a-z0-9_]+)?\b/.exec(message) ?? [];
  if (own !== undefined) {
    return `As its owner: grant usage on schema ${own} to ${role}; grant select on all tables in schema ${own} to ${role}; That lets the role look; changing takes the owner itself.`;
  }
  const [, table] =
    /permission denied for (?:table|view|materialized view|foreign table|relation) (\S+)/.exec(message) ?? [];
  if (table !== undefined) {
    return `grant select on ${showName(table)} to ${role}; where rows change, insert, update and delete as well. Or connect as the owner.`;
  }
  const [, kind = '', name = ''] = /permission denied for ((?:foreign )?\w+) (\S+)/.exec(message) ?? [];
  const privilege = PRIVILEGES[kind];
  if (privilege) return `grant ${privilege(name)} to ${role}; or connect as the owner.`;
  const [, owned, of] = /must be owner of ((?:\w+ )+)(\S+)/.exec(message) ?? [];
  if (owned !== undefined) return `Connect as the owner of ${owned}${of}.`;
  const [, secured] = /row-level security policy.* for table (\S+)/.exec(message) ?? [];
  if (secured !== undefined)
    return `Connect as a role that its policies do not hold for (one with BYPASSRLS, or the owner where row-level security is not forced), or add a policy for ${role} on ${secured}.`;
  return undefined;
}
