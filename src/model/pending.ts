import type { ReferentialAction } from './facts.ts';
import type { ObjectAct } from './object-change.ts';
import type { PartitionBound } from './partition-bound.ts';
import type { TypeFit } from './type-fit.ts';
import type { WrittenName } from './written-name.ts';

/** Where an expression names a column, in characters of its text. */
export interface ColumnUse {
  readonly column: string;
  readonly start: number;
  readonly end: number;
}

/** An expression over the columns of one table, as it is written. */
export interface WrittenExpression {
  readonly text: string;
  readonly uses: readonly ColumnUse[];
  /** It looks at its row alone: no subquery, no other table, no aggregate. */
  readonly rowwise: boolean;
}

/** What a column that is added holds in the rows that are there. */
export type Fill =
  | { readonly kind: 'null' }
  | { readonly kind: 'constant'; readonly expression: WrittenExpression }
  /** Another value in each row: a sequence, a random UUID. */
  | { readonly kind: 'distinct' }
  | { readonly kind: 'generated'; readonly expression: WrittenExpression }
  | { readonly kind: 'unknown'; readonly what: string };

/** A part of a key as a statement writes it. */
export type WrittenPart =
  | { readonly column: string }
  | { readonly expression: WrittenExpression }
  /** Which values are equal depends on something that is not looked into. */
  | { readonly unknown: string };

/** A unique index or constraint that a statement makes. */
export interface WrittenUnique {
  readonly kind: 'unique';
  readonly parts: readonly WrittenPart[];
  readonly where: WrittenExpression | undefined;
  readonly nulls: 'distinct' | 'not distinct';
  readonly name: string | undefined;
  readonly as: 'index' | 'constraint' | 'primary key';
  readonly deferrable: boolean;
  /** What it says of its index beside key, predicate and NULLS: `INCLUDE`. */
  readonly besides: string | undefined;
}

/** A foreign key that a statement makes. */
export interface WrittenForeignKey {
  readonly kind: 'foreign-key';
  readonly name: string | undefined;
  readonly columns: readonly string[];
  readonly parent: WrittenName;
  /** Undefined: the primary key. */
  readonly referenced: readonly string[] | undefined;
  readonly full: boolean;
  /** It is asked when the transaction ends. */
  readonly deferred: boolean;
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
}

/** A constraint that looks at each row alone. */
export interface WrittenCheck {
  readonly kind: 'check';
  readonly name: string | undefined;
  readonly expression: WrittenExpression;
  /** NO INHERIT: it asks nothing of the tables that inherit from this one. */
  readonly noInherit: boolean;
}

/** What a column, or a table, is declared to keep. */
export type WrittenConstraint =
  | WrittenUnique
  | WrittenForeignKey
  | WrittenCheck
  | { readonly kind: 'not-null'; readonly column: string }
  | { readonly kind: 'exclude'; readonly name: string | undefined };

export interface WrittenColumn {
  readonly name: string;
  /** As it is written. */
  readonly type: string;
  readonly fill: Fill;
  readonly constraints: readonly WrittenConstraint[];
}

/** A column of a new table. */
export interface MadeColumn {
  readonly name: string;
  readonly type: string;
  /** It has a default, or something else that gives it a value. */
  readonly filled: boolean;
}

/** Rows that a statement writes, each value as it is written; undefined for a default. */
export interface WrittenRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | undefined)[])[];
}

/** What one statement of a pending script changes, as far as it matters for what comes after. */
export type Change =
  | {
      readonly kind: 'create-table';
      readonly table: WrittenName;
      readonly ifNotExists: boolean;
      /** `CREATE TABLE … AS`: it begins with rows. */
      readonly filled: boolean;
      readonly columns: readonly MadeColumn[];
      /** Without foreign keys. */
      readonly constraints: readonly WrittenConstraint[];
      /** It has columns, or constraints, that are not written. */
      readonly open: boolean;
      readonly foreignKeys: readonly WrittenForeignKey[];
      /** PARTITION OF, INHERITS. */
      readonly parents: readonly WrittenName[];
      /** PARTITION OF: which rows it takes. */
      readonly bound?: PartitionBound | undefined;
    }
  /** A view, a sequence, a type: what matters is its name. */
  | {
      readonly kind: 'create-other';
      readonly what: 'view' | 'sequence' | 'type';
      readonly name: WrittenName;
      readonly ifNotExists: boolean;
      readonly replace: boolean;
    }
  | { readonly kind: 'rename-other'; readonly name: WrittenName; readonly to: string }
  | { readonly kind: 'drop-other'; readonly name: WrittenName }
  /** CASCADE: views go with what is dropped, and foreign keys with the key that they refer to. */
  | { readonly kind: 'drop-dependents'; readonly of: WrittenName | undefined }
  | { readonly kind: 'drop-schema'; readonly name: string }
  | {
      readonly kind: 'create-trigger';
      readonly table: WrittenName;
      readonly name: string;
      readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
      readonly before: boolean;
      readonly columns: readonly string[];
      readonly function: string;
    }
  /** One that did not fire until then may do anything. */
  | { readonly kind: 'enable-trigger'; readonly table: WrittenName; readonly name: string }
  | { readonly kind: 'drop-trigger'; readonly table: WrittenName; readonly name: string }
  | {
      readonly kind: 'create-rule';
      readonly table: WrittenName;
      readonly command: 'insert' | 'update' | 'delete';
      readonly definition: string;
    }
  | { readonly kind: 'create-function'; readonly name: string; readonly text: string }
  /** `SELECT f()`, CALL. */
  | { readonly kind: 'call'; readonly functions: readonly string[] }
  | { readonly kind: 'drop-table'; readonly table: WrittenName }
  | { readonly kind: 'rename-table'; readonly table: WrittenName; readonly to: string }
  | { readonly kind: 'move-table'; readonly table: WrittenName; readonly to: string }
  | { readonly kind: 'rename-schema'; readonly from: string; readonly to: string }
  | { readonly kind: 'rename-column'; readonly table: WrittenName; readonly from: string; readonly to: string }
  | {
      readonly kind: 'add-column';
      readonly table: WrittenName;
      readonly column: WrittenColumn;
      readonly ifNotExists: boolean;
    }
  | { readonly kind: 'drop-column'; readonly table: WrittenName; readonly column: string }
  | {
      readonly kind: 'retype-column';
      readonly table: WrittenName;
      readonly column: string;
      readonly type: string;
      readonly fit: TypeFit;
      readonly using: WrittenExpression | undefined;
    }
  | {
      readonly kind: 'add-constraint';
      readonly table: WrittenName;
      readonly constraint: WrittenConstraint;
      /** NOT VALID: the rows that are there are not read. */
      readonly notValid: boolean;
      /** Where a constraint of that name is there it is passed over. */
      readonly ifNotExists: boolean;
    }
  | {
      readonly kind: 'build-index';
      readonly table: WrittenName;
      /** Undefined for an index that is not unique. */
      readonly unique: WrittenUnique | undefined;
      readonly name: string | undefined;
      readonly concurrently: boolean;
      readonly ifNotExists: boolean;
      /** ON ONLY: the partitions are left out, and the index stays invalid. */
      readonly only: boolean;
    }
  | {
      readonly kind: 'adopt-index';
      readonly table: WrittenName;
      readonly index: string;
      /** Name of the constraint, and of its index from then on. */
      readonly as: string;
      readonly primary: boolean;
    }
  /** What becomes of a column that an INSERT does not name, or leaves NULL. */
  | {
      readonly kind: 'alter-column';
      readonly table: WrittenName;
      readonly column: string;
      readonly now: 'nullable' | 'filled' | 'not filled';
    }
  | { readonly kind: 'validate-constraint'; readonly table: WrittenName; readonly name: string }
  | { readonly kind: 'drop-constraint'; readonly table: WrittenName; readonly name: string }
  | { readonly kind: 'rename-constraint'; readonly table: WrittenName; readonly from: string; readonly to: string }
  | { readonly kind: 'drop-index'; readonly index: WrittenName; readonly concurrently: boolean }
  | { readonly kind: 'rename-index'; readonly index: WrittenName; readonly to: string }
  | {
      readonly kind: 'update';
      readonly table: WrittenName;
      readonly sets: readonly { readonly column: string; readonly value: WrittenExpression | undefined }[];
      readonly where: WrittenExpression | undefined;
      /** It looks at no other table. */
      readonly rowwise: boolean;
      /** ONLY: partitions and heirs are left as they are. */
      readonly only: boolean;
    }
  | {
      readonly kind: 'delete';
      readonly table: WrittenName;
      readonly where: WrittenExpression | undefined;
      readonly rowwise: boolean;
      readonly only: boolean;
    }
  | {
      readonly kind: 'insert';
      readonly table: WrittenName;
      /** Undefined where nothing is asked of the keys: ON CONFLICT. `open`: values that are computed. */
      readonly written?: WrittenRows | 'open' | undefined;
    }
  | {
      readonly kind: 'alter-domain';
      readonly domain: WrittenName;
      /** What a value may not be; VALUE stands for it. Undefined for NOT NULL. */
      readonly check: WrittenExpression | undefined;
    }
  /** Copies among its rows go; `by` says who removes them. */
  | { readonly kind: 'thin-out'; readonly table: WrittenName; readonly by: string }
  | { readonly kind: 'truncate'; readonly table: WrittenName; readonly cascade: boolean; readonly only: boolean }
  | {
      readonly kind: 'attach';
      readonly table: WrittenName;
      readonly heir: WrittenName;
      readonly partition: boolean;
      /** Which rows the partition takes. */
      readonly bound?: PartitionBound | undefined;
    }
  | { readonly kind: 'detach'; readonly table: WrittenName; readonly heir: WrittenName }
  /** What it does with objects, whatever rows they have. */
  | { readonly kind: 'object'; readonly act: ObjectAct }
  | { readonly kind: 'search-path'; readonly schemas: readonly string[] | undefined }
  | { readonly kind: 'transaction'; readonly state: 'begun' | 'ended' }
  /** It may change anything, or what it names. */
  | {
      readonly kind: 'opaque';
      readonly what: string;
      readonly names: readonly string[] | 'anything';
      /** It may add a constraint or a unique index. */
      readonly asks: boolean;
    };
