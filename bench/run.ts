// npm run bench -- NAME [--rows N] [--out FILE]: msgdb beside plain SQL, on the same data, in one run.
//   dedupe [--losers 0,1,80] [--key text,composite]   finding and removing
//   online [--locale en-US]                           building an index, alone and under writers
//   waits [--rows 100000]                             how long writers wait for a small parent with a large child
//   scripts                                           SQL files of up to 100,000 statements, beside psql
//   upserts                                           30,000 source files, 1,000 probes
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { USUAL_LOCALE } from './database.ts';
import { benchDedupe } from './dedupe.ts';
import { benchOnline } from './online.ts';
import { benchScripts } from './scripts.ts';
import { benchUpserts } from './upserts.ts';
import { benchWaits } from './waits.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '1000000' },
    losers: { type: 'string', default: '0,1,80' },
    key: { type: 'string', default: 'text,composite' },
    locale: { type: 'string', default: USUAL_LOCALE },
    out: { type: 'string' },
  },
});
const rows = Number(values.rows);
const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  dedupe: showDedupe,
  online: showOnline,
  scripts: showScripts,
  upserts: showUpserts,
  waits: showWaits,
};
const bench = benches[positionals[0] ?? ''];
if (!bench || !Number.isInteger(rows) || rows < 1000) {
  console.error(
    `usage: npm run bench -- ${Object.keys(benches).join('|')} [--rows N] [--out FILE]   (N at least 1000)`,
  );
  process.exit(2);
}
const results = await bench();
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30) };
const report = { rows, node: process.version, machine, results };
if (values.out) await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);

async function showDedupe(): Promise<unknown> {
  const losers = values.losers.split(',').map(Number);
  const keys = values.key.split(',');
  const done = await benchDedupe(rows, (shape) => losers.includes(shape.losers) && keys.includes(shape.key));
  console.table(done);
  return done;
}

async function showScripts(): Promise<unknown> {
  const done = await benchScripts();
  console.table(done);
  return done;
}

async function showUpserts(): Promise<unknown> {
  const done = await benchUpserts();
  console.table(done);
  return done;
}

async function showOnline(): Promise<unknown> {
  const done = await benchOnline(rows, values.locale);
  console.table([done.quiet]);
  for (const { baseline, during, ...rest } of done.busy) {
    console.table([rest]);
    console.table({ baseline, during });
  }
  return done;
}

async function showWaits(): Promise<unknown> {
  const done = await benchWaits(rows);
  console.table(done);
  return done;
}
