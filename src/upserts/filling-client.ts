import { scanSql } from './sql/scan-sql.ts';
import type { Target } from './upsert.ts';

/** A client that writes values into the statement itself, so that the server gets a literal. */
interface Client {
  readonly name: string;
  readonly file: RegExp;
  /** How its parameters are written. */
  readonly parameter: RegExp;
  /** What says that the file works with it. */
  readonly sign: RegExp;
  /** What says that the file also works with one that binds parameters of this form. */
  readonly butNot?: RegExp;
}

const PYTHON = { file: /\.py$/i, parameter: /^%(?:\(\w+\))?s$/ };

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
    name: 'PDO with emulated prepares',
    file: /\.php$/i,
    parameter: /^(?:\?|:\w+)$/,
    sign: /\bATTR_EMULATE_PREPARES\s{0,9}(?:=>|,)\s{0,9}(?:true|1)\b/i,
  },
];

/** Imports and settings stand at the beginning of a file. */
const READ_UP_TO = 20_000;

/** The target with the client that fills its parameters in, where the file says that it is such a one. */
export function withFillingClient(target: Target, { file, text }: { file: string; text: string }): Target {
  if (target.kind !== 'key' || !target.parameter) return target;
  const written = scanSql(target.whereWritten ?? '').flatMap((token) => (token.kind === 'parameter' ? token.text : []));
  const beginning = text.slice(0, READ_UP_TO);
  const client = CLIENTS.find(
    (each) =>
      each.file.test(file) &&
      written.every((parameter) => each.parameter.test(parameter)) &&
      each.sign.test(beginning) &&
      each.butNot?.test(beginning) !== true,
  );
  return client ? { ...target, filledInBy: client.name } : target;
}
