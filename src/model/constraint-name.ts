/** A constraint on a table that is given no name. */
interface Unnamed {
  readonly table: string;
  /** Its columns; expressions have no name to take. */
  readonly columns: readonly string[];
  readonly as: 'constraint' | 'primary key';
}

/** The name that PostgreSQL gives it; undefined where it would be cut, which it does in a way of its own. */
export function nameConstraint({ table, columns, as }: Unnamed): string | undefined {
  const name = [table, ...(as === 'primary key' ? ['pkey'] : [...columns, 'key'])].join('_');
  return Buffer.byteLength(name) > 63 ? undefined : name;
}
