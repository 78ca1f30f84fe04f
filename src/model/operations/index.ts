import type { DropUniqueKey } from './drop-unique-key.ts';
import type { ExpectIndex } from './expect-index.ts';
import type { IndexOperation } from './index-operation.ts';
import type { Relink } from './relink.ts';
import type { SqlOperation } from './sql-operation.ts';
import type { UniqueKey } from './unique-key.ts';

/** One thing a migration does. */
export type Operation = UniqueKey | DropUniqueKey | IndexOperation | Relink | SqlOperation | ExpectIndex;
