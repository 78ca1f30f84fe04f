import { finding } from '../../../../src/model/finding.ts';
import type { PreflightStatement } from '../../../../src/model/preflight-report.ts';
import type { PreflightReport } from '../../../../src/model/report.ts';
import { common } from './common.ts';

const unique: PreflightStatement = {
  migration: '20260201000000_unique',
  file: 'prisma/migrations/20260201000000_unique/migration.sql',
  line: 4,
  statement: 'CREATE UNIQUE INDEX "User_email_key" ON "User"("email")',
  table: 'User',
  asks: 'unique',
  status: 'fails',
  detail: '1 excess row in 1 group by email',
  rows: 1,
  samples: [],
  lock: { blocks: 'writes', rows: 1200, bytes: 90_000 },
};

export const preflight: PreflightReport = {
  ...common,
  durationMs: 210,
  command: 'preflight',
  verdict: 'findings',
  summary: '2 statements will fail, 1 statement could not be resolved; 4 statements of 1 pending migration looked at',
  runner: 'prisma in prisma/migrations',
  migrations: [{ name: unique.migration, file: unique.file, state: 'pending' }],
  statements: [
    unique,
    {
      ...unique,
      line: 7,
      statement: 'ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL',
      asks: 'not-null',
      detail: '3 rows where name is NULL',
      rows: 3,
      samples: [{ id: '17' }, { id: '18' }],
    },
    { ...unique, line: 9, asks: 'check', status: 'unresolved', detail: 'the DO block may change it', rows: null },
    { ...unique, line: 11, status: 'ok', detail: 'no duplicates by email in 3 rows', rows: null, lock: null },
  ],
  targets: [
    {
      table: 'User',
      key: ['email'],
      where: null,
      migration: unique.migration,
      coveredRows: 1200,
      groups: 1,
      excessRows: 1,
      samples: [{ key: { email: 'ann@example.com' }, copies: 2, differs: [], rows: [{ id: '1' }, { id: '2' }] }],
    },
  ],
  findings: [
    finding('MSGDB_DUPLICATES_FOUND', 'The statement will fail (23505): 1 excess row in 1 group by email.', {
      table: 'User',
      migration: unique.migration,
      data: { file: unique.file, line: 4, statement: unique.statement },
    }),
  ],
};
