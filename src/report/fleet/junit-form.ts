import type { FleetEntry } from '../../model/fleet-report.ts';
import { renderXml, type XmlElement } from '../xml.ts';
import type { FleetForm } from './form.ts';
import { problemsOf } from './problems.ts';

/** A test case for each target. The numbers stand before the cases, so they are written at the end. */
export function createJunitForm(): FleetForm {
  const cases: XmlElement[] = [];
  let runs = '';
  return {
    open: (opening) => {
      runs = opening.runs;
      return '';
    },
    entry: (entry) => {
      cases.push(caseOf(entry, runs));
      return '';
    },
    close: ({ durationMs }) => {
      const totals = {
        name: `msgdb ${runs}`,
        tests: cases.length,
        failures: count(cases, 'failure'),
        errors: count(cases, 'error'),
        skipped: count(cases, 'skipped'),
        time: seconds(durationMs),
      };
      const suite = { name: 'testsuite', attributes: totals, children: cases };
      return renderXml({ name: 'testsuites', attributes: totals, children: [suite] });
    },
  };
}

function caseOf(entry: FleetEntry, runs: string): XmlElement {
  const outcome = outcomeOf(entry);
  return {
    name: 'testcase',
    attributes: { classname: `msgdb.${runs}`, name: entry.name, time: seconds(entry.durationMs) },
    ...(outcome && { children: [outcome] }),
  };
}

function outcomeOf(entry: FleetEntry): XmlElement | undefined {
  const { status, summary, error } = entry;
  if (status === 'ok' || status === 'done before') return undefined;
  if (status === 'not begun' || status === 'interrupted') return { name: 'skipped', attributes: { message: summary } };
  const problems = problemsOf(entry);
  return {
    name: error ? 'error' : 'failure',
    attributes: { type: problems[0]?.code ?? 'failed', message: summary },
    text: problems.flatMap(({ message, fix }) => [message, `Fix: ${fix}`]).join('\n'),
  };
}

function count(cases: readonly XmlElement[], outcome: string): number {
  return cases.filter(({ children }) => children?.[0]?.name === outcome).length;
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}
