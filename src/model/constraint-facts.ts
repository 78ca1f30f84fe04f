/** A CHECK constraint of a table. */
export interface CheckFacts {
  readonly name: string;
  readonly expression: string;
  /** Columns that it names. */
  readonly columns: readonly string[];
  /** It looks at the row as a whole. */
  readonly wholeRow: boolean;
  /** NOT VALID: rows that break it may be there, and no UPDATE of them is taken. */
  readonly validated: boolean;
}

export interface IndexColumnFacts {
  /** Column name; undefined for an expression. */
  readonly column: string | undefined;
  /** The key part as PostgreSQL writes it: a quoted column or an expression. */
  readonly text: string;
  /** Default operator class and the column's own collation: equality is the column's own. */
  readonly plain: boolean;
}

export interface IndexFacts {
  readonly name: string;
  readonly schema: string;
  readonly unique: boolean;
  readonly valid: boolean;
  readonly ready: boolean;
  /** False for a DEFERRABLE constraint's index, which cannot be an arbiter. */
  readonly immediate: boolean;
  readonly primary: boolean;
  readonly exclusion: boolean;
  /** Of an EXCLUDE constraint, one for each part of the key, written `operator(schema.&&)`. */
  readonly operators: readonly string[];
  readonly nullsNotDistinct: boolean;
  readonly method: string;
  readonly key: readonly IndexColumnFacts[];
  readonly include: readonly string[];
  readonly predicate: string | undefined;
  /** `pg_get_indexdef`: the CREATE INDEX that makes it. */
  readonly definition: string;
  readonly constraint: ConstraintFacts | undefined;
  /** Is somebody building it now (`pg_stat_progress_create_index`)? */
  readonly building: boolean;
  readonly comment: string | undefined;
}

export interface ConstraintFacts {
  readonly name: string;
  readonly kind: 'primary' | 'unique' | 'exclusion';
  readonly deferrable: boolean;
  /** `pg_get_constraintdef`: what follows ADD CONSTRAINT name. */
  readonly definition: string;
}
