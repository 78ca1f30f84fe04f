import type { Library } from '../../model/upsert-report.ts';

/** Libraries whose forms of an upsert are known. */
export const LIBRARIES = [
  'supabase',
  'prisma',
  'sqlalchemy',
  'drizzle',
  'kysely',
  'knex',
  'typeorm',
  'sequelize',
  'django',
  'gorm',
  'active-record',
  'ecto',
  'laravel',
] as const satisfies readonly Library[];
