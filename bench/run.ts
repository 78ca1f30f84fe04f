// npm run bench -- dedupe|online [--rows N] [--out FILE]: msgdb beside plain SQL, on the same data, in one run.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchDedupe } from './dedupe.ts';
import { benchOnline } from './online.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '1000000' }, out: { type: 'string' } },
});
const [what] = positionals;
const rows = Number(values.rows);
if ((what !== 'dedupe' && what !== 'online') || !Number.isInteger(rows) || rows < 1000) {
  console.error('usage: npm run bench -- dedupe|online [--rows N] [--out FILE]   (N at least 1000)');
  process.exit(2);
}
const results = what === 'dedupe' ? await showDedupe() : await showOnline();
if (values.out) await writeFile(values.out, `${JSON.stringify({ rows, node: process.version, results }, null, 2)}\n`);

async function showDedupe() {
  const done = await benchDedupe(rows);
  console.table(done.map(({ finding, removing, ...shape }) => ({ ...shape, ...finding, ...removing })));
  return done;
}

async function showOnline() {
  const done = await benchOnline(rows);
  console.table([done.quiet]);
  for (const { baseline, during, ...rest } of done.busy) {
    console.table([rest]);
    console.table({ baseline, during });
  }
  return done;
}
