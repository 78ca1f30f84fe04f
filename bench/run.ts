// npm run bench -- NAME [--rows N] [--out FILE]: msgdb beside plain SQL, on the same data, in one run.
//   dedupe         finding and removing
//   alternatives   what users would pick instead: time, WAL, temporary files, and what each does not do
//     both: [--losers 0,1,80] [--key text,composite] [--narrow] [--wide] [--everywhere] [--repeat N]
//   growth [--rows 1000000,5000000] [--losers 1] [--memory 256] [--fit]   how cost grows, beside a model of it
//   online [--locale en-US]       building an index, alone and under writers
//   waits [--rows 100000]         how long writers wait for a small parent with a large child
//   scripts                       SQL files of up to 100,000 statements, beside psql
//   upserts                       30,000 source files, 1,000 probes
//   startup [--repeat N]          what a command takes that has little to do, beside other tools' (15 runs at least)
// Ctrl-C ends a bench and leaves nothing behind.
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAlternatives, tabulateAlternatives } from './alternatives.ts';
import { runInterruptible } from './clear-away.ts';
import { USUAL_LOCALE } from './database.ts';
import { benchDedupe, tabulateDedupe } from './dedupe.ts';
import { fitModel } from './fit-model.ts';
import { benchGrowth, countDeviations, GROWTH_SHAPE, tabulateForecast, tabulateGrowth } from './growth.ts';
import { SHAPES, type Shape, type Width } from './message-table.ts';
import { benchOnline } from './online.ts';
import { benchScripts } from './scripts.ts';
import { benchStartup } from './startup.ts';
import { benchUpserts } from './upserts.ts';
import { benchWaits } from './waits.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '1000000' },
    losers: { type: 'string' },
    key: { type: 'string' },
    narrow: { type: 'boolean', default: false },
    wide: { type: 'boolean', default: false },
    everywhere: { type: 'boolean', default: false },
    memory: { type: 'string', default: '256' },
    fit: { type: 'boolean', default: false },
    repeat: { type: 'string', default: '1' },
    locale: { type: 'string', default: USUAL_LOCALE },
    out: { type: 'string' },
  },
});
const sizes = values.rows.split(',').map(Number);
const [rows = 0] = sizes;
const repeat = Number(values.repeat);
const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  dedupe: showDedupe,
  alternatives: showAlternatives,
  growth: showGrowth,
  online: showOnline,
  scripts: async () => show(await benchScripts()),
  upserts: async () => show(await benchUpserts()),
  startup: async () => show(await benchStartup(repeat)),
  waits: async () => show(await benchWaits(rows)),
};
const bench = benches[positionals[0] ?? ''];
if (!bench || !sizes.every((size) => Number.isInteger(size) && size >= 1000) || !(repeat >= 1)) {
  console.error(
    `usage: npm run bench -- ${Object.keys(benches).join('|')} [--rows N] [--out FILE]   (N at least 1000)`,
  );
  process.exit(2);
}
const results = await runInterruptible(bench);
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30) };
const report = { bench: positionals[0], rows: sizes, node: process.version, machine, results };
if (values.out) await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);

async function showDedupe(): Promise<unknown> {
  const done = await benchDedupe({ rows, repeat, shapes: shapesOf({ losers: '0,1,80', key: 'text,composite' }) });
  console.table(tabulateDedupe(done));
  return done;
}

async function showAlternatives(): Promise<unknown> {
  const shapes = shapesOf({ losers: '1,80', key: 'text' }).filter(({ indexed }) => !indexed);
  const done = await benchAlternatives({ rows, repeat, shapes });
  for (const each of done) console.table(tabulateAlternatives(each));
  return done;
}

async function showGrowth(): Promise<unknown> {
  const shapes = (values.losers ?? '1').split(',').map((losers) => ({ ...GROWTH_SHAPE, losers: Number(losers) }));
  const done = await benchGrowth({ rows: sizes, shapes, memoryMb: values.memory.split(',').map(Number) });
  console.table(tabulateGrowth(done));
  console.table(tabulateForecast(done));
  if (values.fit) console.log(JSON.stringify(fitModel(done), null, 2));
  console.log(`${countDeviations(done)} figures are more than a quarter away from the model.`);
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

function show(done: readonly object[]): unknown {
  console.table(done);
  return done;
}

/** What the flags leave of all shapes; what they do not say is as usual for the bench. */
function shapesOf(usual: { readonly losers: string; readonly key: string }): readonly Shape[] {
  const losers = (values.losers ?? usual.losers).split(',').map(Number);
  const keys = (values.key ?? usual.key).split(',');
  const flagged: readonly Width[] = [
    ...(values.narrow ? ['narrow' as const] : []),
    ...(values.wide ? ['wide' as const] : []),
  ];
  const widths: readonly Width[] = flagged.length > 0 ? flagged : ['usual'];
  const copies = values.everywhere ? 'everywhere' : 'at the end';
  return SHAPES.filter((shape) => losers.includes(shape.losers) && keys.includes(shape.key)).flatMap((shape) =>
    widths.map((width) => ({ ...shape, width, copies })),
  );
}
