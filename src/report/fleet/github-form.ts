import { CODES } from '../../model/codes.ts';
import type { FleetEntry } from '../../model/fleet-report.ts';
import { type Annotation, renderAnnotations } from '../github.ts';
import type { FleetForm } from './form.ts';
import { problemsOf } from './problems.ts';

/** An annotation for each target that is not in order: GitHub shows ten of a kind for each step. */
export function createGithubForm(): FleetForm {
  return {
    open: () => '',
    entry: (entry) => renderAnnotations(annotationOf(entry)),
    close: ({ runs, verdict, summary }) =>
      renderAnnotations([{ level: 'notice', title: `msgdb ${runs}: ${verdict}`, message: summary }]),
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
