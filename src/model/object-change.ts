import type { WrittenName } from './written-name.ts';

/** What has a name in a database, and what others can depend on. */
export type ObjectKind =
  | 'table'
  | 'view'
  | 'materialized view'
  | 'index'
  | 'sequence'
  | 'type'
  | 'function'
  | 'schema'
  | 'extension'
  | 'constraint'
  | 'trigger'
  | 'policy'
  | 'rule'
  | 'default'
  | 'other';

/** An object as a statement names it. */
export interface WrittenObject {
  readonly kind: ObjectKind;
  readonly name: WrittenName;
  /** The table of a constraint, a trigger, a policy or a rule. */
  readonly table?: WrittenName;
}

/** What the text of a view, a function, a trigger or a column's type names. */
export interface WrittenUses {
  readonly relations: readonly WrittenName[];
  /** Names of columns, whichever relation they belong to; `all` where there is a `*`. */
  readonly columns: readonly string[] | 'all';
  readonly types: readonly WrittenName[];
  readonly functions: readonly WrittenName[];
}

/** A part of a table that a statement makes. */
export type MadePart =
  | { readonly kind: 'column'; readonly name: string; readonly type: WrittenName | undefined; readonly serial: boolean }
  | {
      readonly kind: 'key';
      readonly name: string | undefined;
      readonly columns: readonly string[];
      readonly primary: boolean;
      /** It takes an index that is there. */
      readonly using: string | undefined;
    }
  | { readonly kind: 'check'; readonly name: string | undefined; readonly columns: readonly string[] }
  | {
      readonly kind: 'foreign-key';
      readonly name: string | undefined;
      readonly columns: readonly string[];
      readonly parent: WrittenName;
      readonly referenced: readonly string[] | undefined;
    }
  | { readonly kind: 'generated'; readonly column: string; readonly columns: readonly string[] };

/** What a statement does with the objects of the database, whatever rows they have. */
export type ObjectAct =
  /** There must be one of these. A query does not say that a schema is missing (42P01), another statement does (3F000). */
  | {
      readonly do: 'require';
      readonly kinds: readonly ObjectKind[];
      readonly name: WrittenName;
      readonly query: boolean;
    }
  | { readonly do: 'require-column'; readonly table: WrittenName; readonly column: string }
  | {
      readonly do: 'require-part';
      readonly table: WrittenName;
      readonly kind: 'constraint' | 'trigger' | 'policy' | 'rule';
      readonly name: string;
    }
  | {
      readonly do: 'drop';
      readonly objects: readonly WrittenObject[];
      readonly cascade: boolean;
      readonly ifExists: boolean;
    }
  | {
      readonly do: 'drop-column';
      readonly table: WrittenName;
      readonly column: string;
      readonly cascade: boolean;
      readonly ifExists: boolean;
    }
  | { readonly do: 'drop-identity'; readonly table: WrittenName; readonly column: string }
  | { readonly do: 'drop-not-null'; readonly table: WrittenName; readonly column: string }
  /** It gets another default, or none. */
  | { readonly do: 'set-default'; readonly table: WrittenName; readonly column: string }
  | {
      readonly do: 'retype-column';
      readonly table: WrittenName;
      readonly column: string;
      readonly type: WrittenName | undefined;
    }
  | {
      readonly do: 'make';
      readonly object: WrittenObject;
      readonly ifNotExists: boolean;
      readonly replace: boolean;
      readonly uses: WrittenUses;
      /** Of an enum. */
      readonly values: readonly string[];
    }
  | {
      readonly do: 'make-table';
      readonly table: WrittenName;
      readonly ifNotExists: boolean;
      readonly parts: readonly MadePart[];
      readonly parents: readonly WrittenName[];
      readonly partition: boolean;
      /** It has columns that are not written: LIKE, INHERITS, AS. */
      readonly open: boolean;
    }
  | { readonly do: 'add-part'; readonly table: WrittenName; readonly part: MadePart; readonly ifNotExists: boolean }
  | { readonly do: 'rename'; readonly object: WrittenObject; readonly to: string; readonly ifExists?: boolean }
  | { readonly do: 'rename-column'; readonly table: WrittenName; readonly from: string; readonly to: string }
  | { readonly do: 'move'; readonly object: WrittenObject; readonly schema: string; readonly ifExists: boolean }
  | {
      readonly do: 'attach';
      readonly table: WrittenName;
      readonly heir: WrittenName;
      /** It becomes a partition; else it inherits. */
      readonly partition: boolean;
    }
  | { readonly do: 'detach'; readonly table: WrittenName; readonly heir: WrittenName }
  /** Nothing of it happens where there is no such table: ALTER TABLE IF EXISTS. */
  | { readonly do: 'if-there'; readonly table: WrittenName; readonly acts: readonly ObjectAct[] }
  | {
      readonly do: 'add-value';
      readonly type: WrittenName;
      readonly value: string;
      readonly neighbor: string | undefined;
      readonly ifNotExists: boolean;
    }
  | { readonly do: 'rename-value'; readonly type: WrittenName; readonly from: string; readonly to: string }
  /** A text that is given to a column, to a type by a cast, or to something that is not known. */
  | { readonly do: 'use-value'; readonly value: string; readonly as: ValueUse }
  /** It is refused in a transaction (25001). */
  | { readonly do: 'alone'; readonly what: string };

export type ValueUse =
  | { readonly kind: 'column'; readonly table: WrittenName; readonly column: string }
  | { readonly kind: 'type'; readonly type: WrittenName }
  | { readonly kind: 'unknown' };
