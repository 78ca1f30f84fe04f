import { compareVersions } from '../../runners/migration-files.ts';
import { foldersOf } from '../../runners/runners.ts';
import { snakeCase } from './spelling.ts';
import { nextVersion, versionsIn } from './versions.ts';
import type { RepairText, Writer } from './writer.ts';

/** A folder for each migration. Its documentation keeps the way back as `down.sql` beside it, which is run by hand. */
export const PRISMA: Writer = {
  name: 'prisma',
  folders: foldersOf('prisma'),
  own: /^\d+_[^/]+\/migration\.sql$/,
  write: ({ words, up, down, index }, { listing, now }) => {
    const name = `${nextVersion(versionsIn(listing, /^(\d{14})_[^/]+\//), now, 'timestamp')}_${snakeCase(words)}`;
    return {
      files: [
        { path: `${name}/migration.sql`, content: `${up}\n` },
        { path: `${name}/down.sql`, content: `${down}\n` },
      ],
      next: 'prisma migrate deploy',
      notes: [
        index.plain
          ? `Add to the model of ${index.table} in schema.prisma, or the next \`prisma migrate dev\` drops the index: @@unique([${index.columns.join(', ')}], map: "${index.name}"), with the names that its fields have.`
          : 'schema.prisma cannot say this index (an expression, or a condition): leave out what the next `prisma migrate dev` wants to drop of it.',
        `Prisma has no undo of its own: \`prisma db execute --file …/${name}/down.sql\` runs the way back.`,
      ],
    };
  },
};

export const SUPABASE: Writer = {
  name: 'supabase',
  folders: foldersOf('supabase'),
  own: /^\d+_[^/]*\.sql$/,
  write: ({ words, up }, { listing, now }) => {
    const name = `${nextVersion(versionsIn(listing, /^(\d+)_[^/]*\.sql$/), now, 'timestamp')}_${snakeCase(words)}`;
    return {
      files: [{ path: `${name}.sql`, content: `${up}\n` }],
      next: 'supabase db push',
      notes: ['Supabase has no undo of its own; `msgdb new … --emit sql` writes the way back as a file.'],
    };
  },
};

const VERSIONED = /^(?:.*\/)?V(\d[\d._]*?)__[^/]*\.sql$/;

/** `U` files are run by `flyway undo`, which editions with a licence have; others pass them over. */
export const FLYWAY: Writer = {
  name: 'flyway',
  folders: foldersOf('flyway'),
  own: VERSIONED,
  write: ({ words, up, down }, { listing, now }) => {
    const version = nextFlywayVersion(versionsIn(listing, VERSIONED), now);
    const name = `${version}__${snakeCase(words)}.sql`;
    const parts = [
      { path: `V${name}`, content: `${up}\n` },
      { path: `U${name}`, content: `${down}\n` },
    ];
    return {
      files: parts.flatMap((part) => [
        part,
        // It puts values into what looks like ${this}, and fails where it has none.
        ...(part.content.includes('${')
          ? [{ path: `${part.path}.conf`, content: 'placeholderReplacement=false\n' }]
          : []),
      ]),
      next: 'flyway migrate',
      notes: [`\`flyway undo\` runs U${name}; without an edition that has it, run the file by psql.`],
    };
  },
};

/** `7` → `8`, `1.4` → `1.5`, `2026_01` → `2026_02`; a moment → now. */
function nextFlywayVersion(taken: readonly string[], now: Date): string {
  const newest = taken.toSorted((a, b) => compareVersions(a.replaceAll('_', '.'), b.replaceAll('_', '.'))).at(-1);
  if (newest === undefined) return '1';
  const [, before = '', last = ''] = /^(.*?)(\d+)$/.exec(newest) ?? [];
  return `${before}${nextVersion([last], now, 'sequence')}`;
}

export const GOLANG_MIGRATE: Writer = {
  name: 'golang-migrate',
  folders: foldersOf('golang-migrate'),
  own: /^\d+_[^/]*\.up\.sql$/,
  write: ({ words, up, down }, { listing, now }) => {
    const version = nextVersion(versionsIn(listing, /^(\d+)_[^/]*\.(?:up|down)\.sql$/), now, 'timestamp');
    const name = `${version}_${snakeCase(words)}`;
    return {
      files: [
        { path: `${name}.up.sql`, content: `${up}\n` },
        { path: `${name}.down.sql`, content: `${down}\n` },
      ],
      next: 'migrate -path FOLDER -database URL up',
      notes: ['It is one statement with semicolons in it: leave x-multi-statement off, which cuts at each of them.'],
    };
  },
};

export const DBMATE: Writer = {
  name: 'dbmate',
  folders: foldersOf('dbmate'),
  own: /^\d[^/]*\.sql$/,
  write: ({ words, up, down }, { listing, now }) => {
    const name = `${nextVersion(versionsIn(listing, /^(\d+)[^/]*\.sql$/), now, 'timestamp')}_${snakeCase(words)}`;
    return {
      files: [{ path: `${name}.sql`, content: `-- migrate:up\n${up}\n\n-- migrate:down\n${down}\n` }],
      next: 'dbmate up',
      notes: [],
    };
  },
};

/** A folder of SQL files, whoever runs them. */
export const SQL: Writer = {
  name: 'sql',
  folders: [],
  own: /\.sql$/,
  write: ({ words, up, down }, { listing, now }) => {
    const { between, spelling, upEnd, downEnd } = habitOf(listing);
    const name = `${nextVersion(versionsIn(listing, /^(\d+)[^/]*\.sql$/), now, 'sequence')}${between}${spelling(words)}`;
    return {
      files: [
        { path: `${name}${upEnd}`, content: `${up}\n` },
        { path: `${name}${downEnd}`, content: `${down}\n` },
      ],
      next: `psql -v ON_ERROR_STOP=1 -f FOLDER/${name}${upEnd}`,
      notes: [],
    };
  },
};

/** How the files of a folder are called. */
function habitOf(listing: readonly string[]) {
  const newest = listing
    .filter((path) => /^\d+[-_.][^/]*\.sql$/.test(path))
    .toSorted()
    .at(-1);
  const between = newest === undefined ? '-' : (/^\d+([-_.]+)/.exec(newest)?.[1] ?? '-');
  const kebab = newest === undefined || newest.includes('-');
  const ends = listing.some((path) => path.endsWith('.up.sql'));
  const undo = ['.undo.sql', '.rollback.sql'].find((end) => listing.some((path) => path.endsWith(end)));
  return {
    between,
    spelling: kebab ? (words: string) => words : snakeCase,
    upEnd: ends ? '.up.sql' : '.sql',
    downEnd: undo ?? '.down.sql',
  };
}

/** How a file that has both says so. */
export function bothWays({ up, down }: RepairText, marks: { readonly up: string; readonly down: string }): string {
  return `${marks.up}\n${up}\n\n${marks.down}\n${down}\n`;
}
