import type { DefElem, Node } from 'libpg-query';

/** What PostgreSQL refuses in a transaction (25001), beside indexes, whose CONCURRENTLY is looked at with them. */
export function runsAlone(tree: Node): string | undefined {
  if ('VacuumStmt' in tree) return tree.VacuumStmt.is_vacuumcmd ? 'VACUUM' : undefined;
  if ('CreatedbStmt' in tree) return 'CREATE DATABASE';
  if ('DropdbStmt' in tree) return 'DROP DATABASE';
  if ('CreateTableSpaceStmt' in tree) return 'CREATE TABLESPACE';
  if ('DropTableSpaceStmt' in tree) return 'DROP TABLESPACE';
  if ('AlterSystemStmt' in tree) return 'ALTER SYSTEM';
  if ('ReindexStmt' in tree && isConcurrent(tree.ReindexStmt.params)) return 'REINDEX CONCURRENTLY';
  if ('AlterTableStmt' in tree) {
    const detached = (tree.AlterTableStmt.cmds ?? []).some(
      (node) => 'AlterTableCmd' in node && node.AlterTableCmd.def && isConcurrentDetach(node.AlterTableCmd.def),
    );
    return detached ? 'DETACH PARTITION CONCURRENTLY' : undefined;
  }
  return undefined;
}

function isConcurrentDetach(def: Node): boolean {
  return 'PartitionCmd' in def && def.PartitionCmd.concurrent === true;
}

function isConcurrent(params: readonly Node[] | undefined): boolean {
  return (params ?? []).some((node) => 'DefElem' in node && (node.DefElem as DefElem).defname === 'concurrently');
}
