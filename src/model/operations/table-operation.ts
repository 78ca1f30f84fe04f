import type { ExpectIndex } from './expect-index.ts';
import type { Operation } from './index.ts';
import type { SqlOperation } from './sql-operation.ts';

/** Operations that work on a table, and so are planned from its facts. */
export type TableOperation = Exclude<Operation, SqlOperation | ExpectIndex>;
