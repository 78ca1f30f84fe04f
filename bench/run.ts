// npm run bench -- dedupe [--rows N] [--losers 0,1,80] [--key text,composite] [--out FILE]
// msgdb beside plain SQL, on the same data, in one run.
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchDedupe } from './dedupe.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '1000000' },
    losers: { type: 'string', default: '0,1,80' },
    key: { type: 'string', default: 'text,composite' },
    out: { type: 'string' },
  },
});
const rows = Number(values.rows);
if (positionals[0] !== 'dedupe' || !Number.isInteger(rows) || rows < 1000) {
  console.error('usage: npm run bench -- dedupe [--rows N] [--losers 0,1,80] [--key text,composite] [--out FILE]');
  process.exit(2);
}
const losers = values.losers.split(',').map(Number);
const keys = values.key.split(',');
const results = await benchDedupe(rows, (shape) => losers.includes(shape.losers) && keys.includes(shape.key));
console.table(results);
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30) };
const report = { rows, node: process.version, machine, results };
if (values.out) await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);
