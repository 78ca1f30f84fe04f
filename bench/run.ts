// npm run bench -- dedupe [--rows N] [--out FILE]: msgdb beside plain SQL, on the same data, in one run.
// npm run bench -- upserts: 30,000 source files, 1,000 probes.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchDedupe } from './dedupe.ts';
import { benchUpserts } from './upserts.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '1000000' }, out: { type: 'string' } },
});
const rows = Number(values.rows);
if (positionals[0] === 'upserts') {
  console.table(await benchUpserts());
  process.exit(0);
}
if (positionals[0] !== 'dedupe' || !Number.isInteger(rows) || rows < 1000) {
  console.error(
    'usage: npm run bench -- dedupe [--rows N] [--out FILE]   (N at least 1000)\n       npm run bench -- upserts',
  );
  process.exit(2);
}
const results = await benchDedupe(rows);
console.table(results.map(({ finding, removing, ...shape }) => ({ ...shape, ...finding, ...removing })));
if (values.out) await writeFile(values.out, `${JSON.stringify({ rows, node: process.version, results }, null, 2)}\n`);
