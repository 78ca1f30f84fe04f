import type { Demand } from '../../model/demand.ts';
import type { TableFacts } from '../../model/facts.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { PreflightLock, PreflightStatement, PreflightStatus } from '../../model/preflight-report.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { TargetReport } from '../../model/target-report.ts';

/** Rows that break a key now, and of which an earlier pending statement takes some away. */
export interface ExcessNow {
  readonly detail: string;
  readonly rows: number;
  /** What takes them away. */
  readonly reason: string;
  /** What removes them before; a dry run. */
  readonly command: string;
}

/** What came of looking at one demand. */
export interface Looked {
  readonly statement: PreflightStatement;
  readonly findings: readonly Finding[];
  /** Of a key that rows break. */
  readonly target?: TargetReport;
  /** What removes the rows that break the key, by itself; a dry run. */
  readonly command?: string;
  readonly now?: ExcessNow;
}

/** What was seen of a demand's rows. */
export interface Seen {
  readonly status: PreflightStatus;
  readonly detail: string;
  readonly rows?: number;
  readonly samples?: PreflightStatement['samples'];
  readonly findings?: readonly Finding[];
  readonly target?: TargetReport;
  readonly command?: string;
  readonly now?: ExcessNow;
}

/** The code and message of a finding, and what else it has beside its place. */
type Found = Parameters<typeof finding>;

/** A finding about a demand, with the place of its statement. */
export function findingOn(demand: Demand, code: Found[0], message: string, more: Found[2] = {}): Finding {
  return finding(code, message, {
    table: tableLabel(demand.table),
    migration: demand.migration,
    ...more,
    data: { file: demand.file, line: demand.line, statement: demand.statement },
  });
}

export function lockOf({ build }: Demand, table: TableFacts | undefined): PreflightLock | null {
  if (!table || build.blocks === 'nothing') return null;
  const rows = table.estimatedRows < 0 ? null : Math.round(table.estimatedRows);
  return { blocks: build.blocks, rows, bytes: table.bytes };
}

const ASKS = { unique: 'unique', 'foreign-key': 'foreign-key' } as const;

export function asksOf({ ask }: Demand): PreflightStatement['asks'] {
  // What a partition takes is a constraint of it.
  if (ask.kind === 'partition') return 'check';
  if (ask.kind === 'rows') return ask.as === 'partition' ? 'check' : ask.as;
  if (ask.kind === 'cast') return 'type';
  if (ask.kind === 'domain') return ask.check ? 'check' : 'not-null';
  return ask.kind === 'unique' || ask.kind === 'foreign-key' ? ASKS[ask.kind] : 'nothing';
}

/** Of a message that a sentence goes on with. */
export function stripped(message: string): string {
  return message.replace(/\.$/, '');
}
