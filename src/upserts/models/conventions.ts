import type { Framework } from '../upsert.ts';

/** The tables that a framework's convention gives to a class that names none; empty where there is no convention. */
export function conventionalTables(framework: Framework, name: string): readonly string[] {
  switch (framework) {
    // The client writes the model's name with a small letter.
    case 'prisma':
      return [...new Set([name, name.charAt(0).toUpperCase() + name.slice(1)])];
    case 'diesel':
      return [name];
    case 'active-record':
      return railsTables(name);
    case 'gorm':
    case 'bun':
    case 'ent':
    case 'laravel':
      return [plural(snakeCase(name))];
    case 'sequelize':
      return [plural(name), plural(name.toLowerCase()), plural(snakeCase(name))];
    case 'typeorm':
    case 'mikro-orm':
      return [snakeCase(name)];
    case 'peewee':
      return [name.toLowerCase(), snakeCase(name)];
    default:
      return [];
  }
}

/** `Security::Price` is `security_prices` where Security is a model itself or has a prefix, else `prices`. */
function railsTables(name: string): readonly string[] {
  const [own = name, ...modules] = name.split('::').reverse();
  const whole = [...modules.reverse().map(snakeCase), plural(snakeCase(own))].join('_');
  return [...new Set([whole, plural(snakeCase(own))])];
}

/** `WhatsAppConversation` → `whats_app_conversation`, `UserID` → `user_id`. */
export function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .toLowerCase();
}

const IRREGULAR: Readonly<Record<string, string>> = { person: 'people', child: 'children', man: 'men', mouse: 'mice' };
const UNCOUNTABLE = new Set(['equipment', 'information', 'money', 'news', 'series', 'species', 'data', 'metadata']);

/** English plurals as the frameworks' inflectors make them, for the last word of a name. */
export function plural(name: string): string {
  const [, before = '', word = name] = /^(.*_)?([^_]*)$/.exec(name) ?? [];
  const lower = word.toLowerCase();
  if (UNCOUNTABLE.has(lower)) return name;
  const irregular = IRREGULAR[lower];
  if (irregular !== undefined) return before + irregular;
  if (/[^aeiou]y$/i.test(word)) return `${before}${word.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh)$/i.test(word)) return `${before}${word}es`;
  return `${before}${word}s`;
}
