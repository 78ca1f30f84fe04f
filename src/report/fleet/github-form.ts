import { CODES } from '../../model/codes.ts';
import type { FleetEntry } from '../../model/fleet-report.ts';
import { type Annotation, renderWorst } from '../github.ts';
import type { FleetForm } from './form.ts';
import { problemsOf } from './problems.ts';

/** An annotation for each target that is not in order; which are the worst is known at the end. */
export function createGithubForm(): FleetForm {
  const annotations: Annotation[] = [];
  return {
    open: () => '',
    entry: (entry) => {
      annotations.push(...annotationOf(entry));
      return '';
    },
    close: ({ runs, verdict, summary }) =>
      renderWorst(annotations, { level: 'notice', title: `msgdb ${runs}: ${verdict}`, message: summary }),
  };
}

function annotationOf(entry: FleetEntry): readonly Annotation[] {
  if (entry.status !== 'findings' && entry.status !== 'failed') return [];
  const problems = problemsOf(entry);
  const [first] = problems;
  return [
    {
      level: 'error',
      title: first ? `${entry.name}: ${first.code}: ${CODES[first.code].title}` : entry.name,
      message: [entry.summary, ...problems.flatMap(({ message, fix }) => [message, `Fix: ${fix}`])].join('\n'),
    },
  ];
}
