import type { ColumnStatistics } from '../../model/discovery.ts';

/** What a column's name says of it. A name is a hint: the statistics and the count decide. */
export type NameHint = 'identifier' | 'reference' | 'scope' | 'measure' | 'none';

const IDENTIFIERS =
  /(^|_)(external|ext|remote|provider|source|upstream|foreign|third_party|legacy|wa|waba|wamid|ig|fb|tg|telegram|instagram|whatsapp|message|msg|event|order|invoice|transaction|payment|charge|phone_number|stripe|shopify|webhook|delivery|request|correlation)_(id|uid|key|ref|number|code)$|(^|_)(jid|wamid|uuid|guid|ulid|sku|ean|isbn|iban|imei|vin|cpf|cnpj|ssn|slug|email|e_mail|username|login|handle|hostname|domain|fingerprint|checksum|etag|token|idempotency_key|dedup_key|dedupe_key|canonical_key|unique_key|external_key|phone|msisdn|barcode|serial|serial_number|reference|ref)$/;
const SCOPES =
  /(^|_)(tenant|account|acct|org|organization|organisation|business|workspace|instance|company|user|owner|client|customer|channel|shop|store|project|team|page|session|provider|platform|app|site|bot|waba|inbox|merchant|device)(_id|_uid|_uuid)?$/;
const MEASURES =
  /(^|_)(count|amount|total|price|cost|size|length|bytes|width|height|weight|lat|latitude|lng|lon|longitude|score|balance|duration|position|rank|sort|sort_order|order|version|offset|seq|sequence|timestamp|time|date|epoch|at|ts|on|ms|seconds|age|qty|quantity|rate|percent|status|state|type|kind|level|priority|body|content|contents|text|message|description|caption|comment|note|notes|bio|summary|html|payload|raw|data|title|subject|address|street|password|passwd|salt|secret|name|label|url|uri|link|path|file|filename)$/;

/** Types whose values name things. Times, floats, money, json, booleans and whole documents do not. */
const TYPES: ReadonlySet<string> = new Set([
  'int4',
  'int8',
  'numeric',
  'text',
  'varchar',
  'bpchar',
  'citext',
  'uuid',
  'bytea',
  'macaddr',
  'inet',
]);

/** Names of things are short; texts of this average are prose. */
const LONGEST_BYTES = 120;

/** What the name of a column says of it. */
export function hintOf(name: string): NameHint {
  const words = snakeCase(name);
  if (IDENTIFIERS.test(words)) return 'identifier';
  if (SCOPES.test(words)) return 'scope';
  if (MEASURES.test(words)) return 'measure';
  return /_(id|uid|uuid|key|code|number|no)$|^(id|key|code)$/.test(words) ? 'reference' : 'none';
}

/** Can the values of the column name things, so that no two rows should have the same? */
export function canIdentify({ type, statistics }: ColumnStatistics): boolean {
  return TYPES.has(type) && (statistics === undefined || statistics.averageBytes <= LONGEST_BYTES);
}

/**
 * Different values as a share of the rows that have one, by the statistics; rows with the most common value are left out
 * if it is on more than one row in twenty, because then it stands for "none". Undefined when nothing is known or left.
 */
export function distinctShare({ statistics }: ColumnStatistics, rows: number): number | undefined {
  if (!statistics || rows <= 0) return undefined;
  const { distinct, nullShare, mostCommon } = statistics;
  const placeholder = mostCommon > 0.05;
  const left = rows * (1 - nullShare - (placeholder ? mostCommon : 0));
  const values = (distinct < 0 ? -distinct * rows : distinct) - (placeholder ? 1 : 0);
  if (left < 1) return undefined;
  return Math.min(1, Math.max(0, values / left));
}

function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .toLowerCase();
}
