import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probeArbiters } from '../src/catalog/probe-arbiter.ts';
import { readTable } from '../src/catalog/read-table.ts';
import { statement } from '../src/model/statement.ts';
import type { Session } from '../src/session/open-session.ts';
import { findUpserts } from '../src/upserts/find-upserts.ts';
import { withFolder } from './clear-away.ts';
import { within, withServer } from './database.ts';

const FILES = 30_000;
const PROBES = 1_000;
/** One file in so many speaks to the database. */
const WITH_SQL = 20;

/** Times reading a large codebase, and asking for many targets. */
export async function benchUpserts(): Promise<readonly Readonly<Record<string, number>>[]> {
  return [await benchFiles(), await benchProbes()];
}

async function benchFiles() {
  return await withFolder(async (root) => {
    for (let place = 0; place < FILES; place += 1) {
      const folder = join(root, `package${place % 300}`);
      if (place < 300) await mkdir(folder);
      await writeFile(join(folder, `file${place}.go`), sourceOf(place));
    }
    const started = performance.now();
    const found = await findUpserts({ root, paths: ['.'], signal: new AbortController().signal });
    return { files: found.files, upserts: found.upserts.length, ms: Math.round(performance.now() - started) };
  });
}

/** 8 kB of Go, as files are on average. */
function sourceOf(place: number): string {
  const functions = Array.from(
    { length: 40 },
    (_, each) =>
      `// Handle${each} answers a request.\nfunc Handle${each}(w http.ResponseWriter, r *http.Request) error {\n\tvalue := strings.TrimSpace(r.FormValue("name"))\n\treturn respond(w, value)\n}\n`,
  );
  const upsert =
    place % WITH_SQL === 0
      ? 'func Store(db *sql.DB) { db.Exec(`INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = EXCLUDED.b`) }\n'
      : '';
  return `package p${place}\n\n${functions.join('\n')}${upsert}`;
}

async function benchProbes() {
  const probing = async (session: Session) => {
    await session.query(statement('create table t (id serial primary key, a text not null, b text, unique (a))'));
    const facts = await readTable(session, { schema: 'public', name: 't' });
    const targets = ['(a)', '(b)', '(a, b)', '(id)'];
    const probes = Array.from({ length: PROBES }, (_, place) => ({
      facts,
      target: targets[place % targets.length] ?? '(a)',
      parameter: false,
    }));
    const started = performance.now();
    await probeArbiters(session, probes, 2_000);
    return { probes: PROBES, ms: Math.round(performance.now() - started) };
  };
  return await withServer({}, async (server) => within(server, 'postgres', probing));
}
