import { JAVASCRIPT } from './languages.ts';
import { scanSql } from './sql/scan-sql.ts';
import type { Target } from './upsert.ts';

/** A client of which it is known how values come to the server. */
interface Client {
  readonly name: string;
  /**
   * `filledIn`: it writes values into the statement itself, so that the server gets a literal; `unnamed`: it binds them
   * to a statement without a name, which is planned for its values each time: a plan for any value is only made of one
   * that is prepared by name.
   */
  readonly sends: 'filledIn' | 'unnamed';
  readonly file: RegExp;
  /** How its parameters are written. */
  readonly parameter: RegExp;
  /** What says that the file works with it. */
  readonly sign: RegExp;
  /** Libraries that work with no other client. */
  readonly libraries?: readonly string[];
  /** What says that the file also works with one that binds parameters of this form. */
  readonly butNot?: RegExp;
}

const PYTHON = { sends: 'filledIn', file: /\.py$/i, parameter: /^%(?:\(\w+\))?s$/ } as const;

const CLIENTS: readonly Client[] = [
  {
    ...PYTHON,
    name: 'psycopg2',
    sign: /^[ \t]*(?:import|from)[ \t]+psycopg2\b/m,
    butNot: /^[ \t]*(?:import|from)[ \t]+psycopg\b/m,
  },
  { ...PYTHON, name: 'psycopg.ClientCursor', sign: /\bClientCursor\b/ },
  // With psycopg 3 too, unless the option server_side_binding is set.
  { ...PYTHON, name: "Django's cursor", sign: /^[ \t]*(?:import|from)[ \t]+django\b/m },
  {
    sends: 'filledIn',
    name: 'PDO with emulated prepares',
    file: /\.php$/i,
    parameter: /^(?:\?|:\w+)$/,
    sign: /\bATTR_EMULATE_PREPARES\s{0,9}(?:=>|,)\s{0,9}(?:true|1)\b/i,
  },
  {
    sends: 'unnamed',
    name: 'node-postgres',
    file: JAVASCRIPT,
    parameter: /^(?:\$\d+|\?|:\w+)$/,
    sign: /\bPostgresDialect\b|['"](?:pg|pg-pool|knex|typeorm|@nestjs\/typeorm|sequelize|sequelize-typescript|drizzle-orm\/node-postgres)['"]/,
    butNot: /['"](?:postgres|kysely-postgres-js|drizzle-orm\/postgres-js)['"]/,
    libraries: ['knex', 'typeorm', 'sequelize'],
  },
  {
    sends: 'unnamed',
    name: 'lib/pq',
    file: /\.go$/i,
    parameter: /^\$\d+$/,
    sign: /"github\.com\/lib\/pq"/,
    // What database/sql prepares has a name.
    butNot: /\bjackc\/pgx\b|\.Prepare(?:Context|x|xContext|Named)?\(/,
  },
];

/** Imports and settings stand at the beginning of a file. */
const READ_UP_TO = 20_000;

/** Where a target is written, and what writes it. */
interface Writing {
  readonly file: string;
  readonly text: string;
  readonly via: string;
}

/** The target with the client by which its parameters come, where the file says that it is one that is known. */
export function withClient(target: Target, { file, text, via }: Writing): Target {
  if (target.kind !== 'key' || !target.parameter) return target;
  const written = scanSql(target.whereWritten ?? '').flatMap((token) => (token.kind === 'parameter' ? token.text : []));
  const beginning = text.slice(0, READ_UP_TO);
  const client = CLIENTS.find(
    (each) =>
      each.file.test(file) &&
      written.every((parameter) => each.parameter.test(parameter)) &&
      (each.sign.test(beginning) || each.libraries?.includes(via) === true) &&
      each.butNot?.test(beginning) !== true,
  );
  if (!client) return target;
  return client.sends === 'filledIn' ? { ...target, filledInBy: client.name } : { ...target, unnamedBy: client.name };
}
