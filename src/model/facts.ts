import type { CheckFacts, IndexFacts } from './constraint-facts.ts';
import type { Partitioning } from './partition-rules.ts';
import type { SettledExpression } from './settled.ts';
import type { TableStanding } from './standing.ts';
import type { TableName } from './table-name.ts';
import type { TriggerFacts } from './triggers.ts';

export type { CheckFacts, IndexFacts, TableName };

export interface ColumnFacts {
  readonly name: string;
  /** The type as declared, with its modifier: `character varying(255)`. */
  readonly type: string;
  /** The same for a domain's base type: what the archive stores. */
  readonly storageType: string;
  /** The type's own name, quoted, without a modifier: a cast to it never truncates. */
  readonly plainType: string;
  /** The same for an array's elements. */
  readonly elementType: string | undefined;
  readonly collation: string | undefined;
  readonly notNull: boolean;
  readonly generated: boolean;
  /** What a generated column is computed from. */
  readonly expression: string | undefined;
  readonly identityAlways: boolean;
  /** PostgreSQL gives it a value where none is written: a default, an identity, an expression. */
  readonly filled: boolean;
  /** The plain name of a domain's base type; `plainType` for every other type. */
  readonly baseType: string;
  /** What its domain, and those below that, ask of a value. */
  readonly domain: readonly DomainCheck[];
  /** Bytes of a value of its base type; negative where they differ (`typlen`). */
  readonly length: number;
  /** How its base type is stored (`typstorage`): p, a value stays in its row as it is. */
  readonly storage: string;
  /** Has the type a default btree operator class, so that it can be part of a unique index? */
  readonly sortable: boolean;
}

/** A CHECK of a domain; undefined where the domain is NOT NULL. `VALUE` stands for the value. */
export interface DomainCheck {
  readonly name: string;
  readonly expression: string | undefined;
}

/** What a foreign key does when the row it refers to goes, or gets another key. */
export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

/** A foreign key of another table (or the same one) that refers to the table. */
export interface ForeignKeyFacts {
  readonly name: string;
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  /** The operators it compares with, referenced column first, written `operator(schema.=)`. */
  readonly operators: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** INITIALLY DEFERRED: it is checked when the transaction ends. */
  readonly deferred: boolean;
  readonly validated: boolean;
}

export interface TablePrivileges {
  readonly select: boolean;
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  /** May it create and drop the table's indexes? */
  readonly owner: boolean;
}

/** What the catalogue says of one table. */
export interface TableFacts extends Partitioning {
  readonly table: TableName;
  readonly oid: number;
  readonly kind: 'table' | 'partitioned' | 'view' | 'foreign' | 'other';
  readonly standing: TableStanding;
  readonly columns: readonly ColumnFacts[];
  readonly primaryKey: readonly string[];
  readonly partitionKey: readonly string[] | undefined;
  readonly inherits: boolean;
  readonly indexes: readonly IndexFacts[];
  readonly checks: readonly CheckFacts[];
  readonly referencedBy: readonly ForeignKeyFacts[];
  readonly triggers: readonly TriggerFacts[];
  readonly rules: readonly string[];
  readonly rowSecurityActive: boolean;
  /** FORCE ROW LEVEL SECURITY: policies hold for the owner too. */
  readonly rowSecurityForced: boolean;
  /** Publications of UPDATE or DELETE while the table has no replica identity: the statement would fail. */
  readonly blockedPublications: readonly string[];
  readonly owner: string;
  /** Could the role be made a member of the owner, and gain its tables alone: no superuser, no attribute, no pg_* role? */
  readonly ownerGrantable: boolean;
  /** CREATE on the schema: an index is made there. */
  readonly mayCreate: boolean;
  readonly privileges: TablePrivileges;
  /** `reltuples`, in proportion to the pages that there are now; -1 when never analysed. */
  readonly estimatedRows: number;
  readonly bytes: number;
  /** Values that are stored apart from their rows, because they are long. */
  readonly toastBytes: number;
  /** A row of more bytes has its long values compressed, and then stored apart (toast_tuple_target). */
  readonly toastTarget: number;
  /** A hash of the columns, and of the foreign keys that refer to the table: what its rows are put back by. */
  readonly shape: string;
}

/** What the server is and may do. */
export interface ServerFacts {
  /** `server_version_num`: 180001. */
  readonly versionNumber: number;
  readonly version: string;
  readonly database: string;
  readonly user: string;
  /** Schema of history, ledger and archive. */
  readonly history: string;
  readonly standby: boolean;
  /** `default_transaction_read_only`: somebody wants nothing to be written. */
  readonly readOnly: boolean;
  /** `max_parallel_workers`: how many workers all sessions have together. */
  readonly parallelWorkers: number;
  /** `max_parallel_maintenance_workers`: how many of them may build one index; 0 none. */
  readonly maintenanceWorkers: number;
  /** `maintenance_work_mem`: what they may use together. */
  readonly maintenanceBytes: number;
  /** `work_mem`: what one sort or hash of one process may use. */
  readonly workBytes: number;
  /** Its clock when the session began, as text with microseconds and offset: what now() is for all that follows. */
  readonly moment: string;
}

/** A snapshot, by the oldest transaction that was not over in it (xid8): what it does not show is of that one or later. */
export type Moment = string;

/** How many rows break a rule now. */
export interface Census {
  /** Rows the rule covers. */
  readonly covered: number;
  readonly groups: number;
  /** Rows beyond the first of each group. */
  readonly excessRows: number;
  readonly largestGroup: number;
  /** When that was so; undefined where it was counted by the key itself. */
  readonly asOf?: Moment;
  /** Where they are; undefined where groups were found by the key itself, or there are none. */
  readonly suspects?: Suspects;
}

/** Hashes of keys that more than one row has, as arrays in PostgreSQL's own form: `{-12,845}`. */
export interface Suspects {
  /** Undefined where they are too many to be carried along. */
  readonly every: string | undefined;
  /** The first of them by the number of their rows. */
  readonly largest: string;
  /** Where their rows were; undefined where nobody has asked, or they are too many. */
  readonly rows?: FoundRows | undefined;
}

/** All rows of all groups, of a table that is not partitioned. */
export interface FoundRows {
  /** Their places in the order of the heap, as an array in PostgreSQL's own form: `{"(0,1)","(7,2)"}`. */
  readonly places: string;
  /** A hash of the places and keys: the same as long as each of the rows is where it was. */
  readonly mark: string;
}

/** Columns and expressions in the form the planner prints them in: equal form, equal meaning. */
export interface CanonicalForms {
  readonly columns: ReadonlyMap<string, string>;
  /** By the expression's text. */
  readonly expressions: ReadonlyMap<string, string>;
}

/** A partition, at any level, and the partitioned table that it is a part of. */
export interface Partition {
  readonly table: TableName;
  readonly parent: TableName;
  readonly kind: 'table' | 'partitioned' | 'foreign';
}

/** A part of a wanted index, as PostgreSQL would take it. */
export interface IndexPartFacts {
  /** A quoted column, or an expression in parentheses. */
  readonly sql: string;
  /** The type that it comes to, without a modifier. */
  readonly type: string;
  /** `typlen`: bytes of a type of fixed width; below 0 where values differ. */
  readonly length: number;
  /** `typalign`: bytes to a multiple of which its values are moved. */
  readonly align: number;
  /** `attstorage`: plain and external values are never compressed. */
  readonly storage: 'p' | 'e' | 'm' | 'x';
  /** Is it text or bytea, whose bytes are all that is stored of it? */
  readonly textual: boolean;
  /** A generated column that is computed when it is read (18): no index takes it. */
  readonly virtual: boolean;
  /** Has its type a default operator class of the index's method? */
  readonly hasClass: boolean;
  /** PostgreSQL's function that hashes it to eight bytes, (value, seed); null where the type's own cannot be called. */
  readonly hashFunction: string | null;
}

/** What an operation is planned from: everything is read before, in one READ ONLY transaction. */
export interface OperationFacts {
  readonly server: ServerFacts;
  /** The operation's own table. */
  readonly table: TableFacts;
  /** Tables it refers to or that refer to it, and theirs in turn. */
  readonly related: readonly TableFacts[];
  /** Further tables that those refer to, where a column is a part of more than one reference. */
  readonly parents: readonly TableFacts[];
  /** Tables by the names the operation writes. */
  readonly named: ReadonlyMap<string, TableName>;
  readonly canonical: CanonicalForms;
  /** Has every type of the operation's key an extended hash function? */
  readonly hashable: boolean;
  /** The parts of the operation's index; none where a name is wrong. */
  readonly parts: readonly IndexPartFacts[];
  /** Relations in the table's schema that have the wanted index's name, though they are not indexes of the table. */
  readonly nameTaken: boolean;
  /** Of the operation's own table, from the top down. */
  readonly partitions: readonly Partition[];
  /** Of related tables, each with the table at its top. */
  readonly childPartitions: readonly (Partition & { readonly top: TableName })[];
  /** Names of other relations that an index on a related table might have been given (`table_column_idx`). */
  readonly indexNames: readonly TableName[];
  /** Expressions by which survivors are chosen and merged, and losers marked. */
  readonly settled: readonly SettledExpression[];
}
