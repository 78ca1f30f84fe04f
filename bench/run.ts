// npm run bench -- dedupe [--rows N] [--out FILE]: msgdb beside plain SQL, on the same data, in one run.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchDedupe } from './dedupe.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '1000000' }, out: { type: 'string' } },
});
const rows = Number(values.rows);
if (positionals[0] !== 'dedupe' || !Number.isInteger(rows) || rows < 1000) {
  console.error('usage: npm run bench -- dedupe [--rows N] [--out FILE]   (N at least 1000)');
  process.exit(2);
}
const results = await benchDedupe(rows);
console.table(results.map(({ finding, removing, ...shape }) => ({ ...shape, ...finding, ...removing })));
if (values.out) await writeFile(values.out, `${JSON.stringify({ rows, node: process.version, results }, null, 2)}\n`);
