import type { Report } from '../../model/report.ts';
import { archivedRowsSection, runsSection } from './archive.ts';
import { changesSection } from './changes.ts';
import { adviceSection, checksSection, upsertsSection } from './checks.ts';
import { fencesSection } from './fences.ts';
import { findingsSection } from './findings.ts';
import type { Section } from './parts.ts';
import { planSection } from './plan.ts';
import { statementsSection } from './preflight.ts';
import { chaptersSection, discoverySection, filesSection, migrationsSection, pendingSection } from './project.ts';
import { runSections } from './run.ts';
import { targetsSection } from './targets.ts';
import { timelineSection } from './timeline.ts';

/** What the page of a report has to show, in the order in which it is read; sections with nothing in them are left out. */
export function sectionsOf(report: Report): readonly Section[] {
  const all = [
    findingsSection(report.findings),
    ...bodyOf(report),
    changesSection(report),
    filesSection(report),
    timelineSection(report.timeline ?? [], report.durationMs),
  ];
  return all.filter(({ body }) => body.some(({ markup }) => markup !== ''));
}

function bodyOf(report: Report): readonly Section[] {
  switch (report.command) {
    case 'find-duplicates':
      return [targetsSection(report.targets, false), ...(report.discovery ? [discoverySection(report.discovery)] : [])];
    case 'dedupe':
      return [targetsSection(report.targets, !report.dryRun), planSection(report.plan)];
    case 'migrate':
      return [pendingSection(report), planSection(report.plan)];
    case 'rollback':
    case 'redo':
      return [planSection(report.plan)];
    case 'status':
      return [migrationsSection(report)];
    case 'verify':
    case 'doctor':
      return [checksSection(report.checks, report.findings), adviceSection(report.upserts)];
    case 'archive':
      return [runsSection(report.runs), archivedRowsSection(report.rows)];
    case 'report':
      return runSections(report);
    case 'fence':
      return [fencesSection(report.fences)];
    case 'check-upserts':
      return [upsertsSection(report.upserts)];
    case 'preflight': {
      const { repair } = report;
      return [
        statementsSection(report),
        targetsSection(repair?.targets ?? report.targets, repair !== undefined && !repair.dryRun),
        ...(repair ? [planSection(repair.plan)] : []),
      ];
    }
    case 'demo':
      return [chaptersSection(report)];
    case 'init':
    case 'new':
    case 'repair':
    case 'baseline':
      return [];
  }
}
