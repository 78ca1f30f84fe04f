import type { FleetEnd, FleetEntry, FleetOpening } from '../../model/fleet-report.ts';

/** Writes the report of a fleet piece by piece, as its targets end: nothing of a report is kept. */
export interface FleetForm {
  open(opening: FleetOpening): string;
  /** What is happening on a target, as a line of NDJSON; forms without it show what came of it alone. */
  event?(line: string): string;
  entry(entry: FleetEntry): string;
  close(end: FleetEnd): string;
}
