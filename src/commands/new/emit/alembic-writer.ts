import { randomBytes } from 'node:crypto';
import { MsgdbError } from '../../../model/errors.ts';
import { notSaid } from './code-writers.ts';
import { inPython, snakeCase } from './spelling.ts';
import { nextVersion } from './versions.ts';
import type { Writer } from './writer.ts';

/** Revisions are a chain: a new one names the one before. */
export const ALEMBIC: Writer = {
  name: 'alembic',
  folders: ['alembic/versions', 'migrations/versions', 'db/versions', 'src/alembic/versions', 'app/alembic/versions'],
  own: /^[^/]*\.py$/,
  write: async ({ words, title, up, down }, { listing, read, now }) => {
    const revisions = (await Promise.all(listing.filter((path) => /^[^/]*\.py$/.test(path)).map(read))).flatMap(
      readRevision,
    );
    const head = headOf(revisions);
    const revision = nextRevision(revisions, now);
    const slug = snakeCase(words).slice(0, 40);
    const dated = listing.some((path) => /^\d{4}_\d\d_\d\d_\d{4}-/.test(path));
    const date = now.toISOString();
    const day = `${date.slice(0, 10).replaceAll('-', '_')}_${date.slice(11, 16).replace(':', '')}-`;
    return {
      files: [
        {
          path: `${dated ? day : ''}${revision}_${slug}.py`,
          content: [
            `"""${inPython(title)}`,
            '',
            `Revision ID: ${revision}`,
            `Revises: ${head ?? ''}`,
            `Create Date: ${date.slice(0, 19).replace('T', ' ')}`,
            '',
            '"""',
            'from alembic import op',
            '',
            `revision = ${JSON.stringify(revision)}`,
            `down_revision = ${head === undefined ? 'None' : JSON.stringify(head)}`,
            'branch_labels = None',
            'depends_on = None',
            '',
            '',
            'def upgrade():',
            `    op.execute("""\n${inPython(escapeColons(up))}\n""")`,
            '',
            '',
            'def downgrade():',
            `    op.execute("""\n${inPython(escapeColons(down))}\n""")`,
            '',
          ].join('\n'),
        },
      ],
      next: 'alembic upgrade head',
      notes: [],
    };
  },
};

interface Revision {
  readonly id: string;
  readonly after: readonly string[];
}

function readRevision(text: string): readonly Revision[] {
  const id = /^revision\b[^=\n]*=\s*["']([^"']+)["']/m.exec(text)?.[1];
  if (id === undefined) return [];
  const before = /^down_revision\b[^=\n]*=\s*(\([^)]*\)|\[[^\]]*\]|.*)$/m.exec(text)?.[1] ?? '';
  return [{ id, after: [...before.matchAll(/["']([^"']+)["']/g)].map(([, name = '']) => name) }];
}

function headOf(revisions: readonly Revision[]): string | undefined {
  const named = new Set(revisions.flatMap(({ after }) => after));
  const heads = revisions.filter(({ id }) => !named.has(id)).map(({ id }) => id);
  if (heads.length <= 1) return heads[0];
  throw new MsgdbError('MSGDB_USAGE', {
    what: `The revisions have more than one head: ${heads.join(', ')}.`,
    why: 'A new revision comes after one of them, and nothing says which.',
    fix: 'Merge them first: alembic merge heads.',
  });
}

/** Twelve hexadecimal digits, unless the folder counts. */
function nextRevision(revisions: readonly Revision[], now: Date): string {
  const ids = revisions.map(({ id }) => id);
  const counts = ids.length > 0 && ids.every((id) => /^\d{1,6}$/.test(id));
  return counts ? nextVersion(ids, now, 'sequence') : randomBytes(6).toString('hex');
}

/** SQLAlchemy's text() takes `:name` for a value to come, and a backslash off before one. */
function escapeColons(sql: string): string {
  const escaped = sql.replaceAll(/\\(?=:)/g, '\\\\').replaceAll(/(?<![:\w\\]):(?=\w)/g, '\\:');
  const bound = /(?<![:\w\\]):\w+(?!:)/.test(escaped);
  const read = escaped.replaceAll(/\\(:[\w$]*)(?![:\w$])/g, '$1');
  if (bound || read !== sql) throw notSaid('alembic', 'a colon that is no cast');
  return escaped;
}
