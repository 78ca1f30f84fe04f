import { createHash } from 'node:crypto';
import { type Finding, finding } from '../../model/finding.ts';
import type { UpsertReport } from '../../model/upsert-report.ts';
import type { JudgedUpsert, Remark } from '../../upserts/judge/judged-upsert.ts';

/** What makes a remark the same one in the next run: its file and what it is about, not its line. */
export function fingerprintOf({ upsert, target }: JudgedUpsert, { code }: Remark): string {
  const table = upsert.table.kind === 'named' ? upsert.table.names[0] : '';
  // Several that are not resolved may have neither table nor target. The statement itself would make an upsert of the baseline.
  const about = code === 'MSGDB_UPSERT_UNRESOLVED' ? [digestOf(upsert.statement)] : [table, target ?? ''];
  return [upsert.place.file, code, ...about].join(' · ');
}

function digestOf(statement: string): string {
  return createHash('sha256').update(statement).digest('hex').slice(0, 16);
}

/** Errors and warnings of an upsert that neither a comment nor the baseline takes out. */
export function findingsOf(judged: JudgedUpsert, known: ReadonlySet<string>): readonly Finding[] {
  const { upsert, table, target } = judged;
  if (upsert.ignored !== undefined) return [];
  const { file, line, column } = upsert.place;
  const inDatabase = file.startsWith('function ');
  return judged.remarks
    .filter((remark) => !known.has(fingerprintOf(judged, remark)))
    .map((remark) =>
      finding(remark.code, remark.message, {
        fix: remark.fix,
        ...(table === undefined ? {} : { table: table.name }),
        ...(remark.level === 'warning' ? { level: 'warning' as const } : {}),
        data: {
          ...(inDatabase ? { function: file.slice('function '.length) } : { file }),
          line,
          column,
          statement: upsert.statement,
          target: target ?? null,
        },
      }),
    );
}

/** The upsert as reports show it, with the gravest of what there is to say. */
export function reportOf(judged: JudgedUpsert, known: ReadonlySet<string>): Omit<UpsertReport, 'change'> {
  const { upsert, table, target, arbiter, reason } = judged;
  const fresh = judged.remarks.filter((remark) => !known.has(fingerprintOf(judged, remark)));
  const all = fresh.length > 0 ? fresh : judged.remarks;
  const remark = all.find(({ level }) => level === 'error') ?? all[0];
  const baseline = fresh.length === 0 && judged.remarks.length > 0 ? 'baseline' : null;
  return {
    ...upsert.place,
    via: upsert.via,
    statement: upsert.statement,
    table: table?.name ?? (upsert.table.kind === 'named' ? (upsert.table.names[0] ?? null) : null),
    target: target ?? null,
    status: judged.status,
    code: remark?.code ?? null,
    message: reason ?? remark?.message ?? null,
    arbiter: arbiter ?? null,
    fix: remark?.fix ?? null,
    ignored: upsert.ignored ?? baseline,
  };
}

/** What the pending migrations do to an upsert; null where they change nothing, or were not applied. */
export function changeOf(before: JudgedUpsert | undefined, after: JudgedUpsert): UpsertReport['change'] {
  // Functions of the database may come and go with the migrations.
  if (before?.upsert.place.file !== after.upsert.place.file) return null;
  const works = ({ status }: JudgedUpsert): boolean => status === 'ok' || status === 'warning';
  if (works(before) === works(after) || 'unresolved' === before.status) return null;
  return works(after) ? 'mended' : 'broken';
}
