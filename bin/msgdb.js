#!/usr/bin/env node
// Kept to what old versions of Node can read, so that they get a sentence and not a syntax error.
import { existsSync } from 'node:fs';

const program = new URL('../dist/cli/main.js', import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  stop(`msgdb needs Node 20.19 or newer; this is ${process.versions.node} (${process.execPath}).`);
} else if (!existsSync(program)) {
  stop('msgdb is not built: run `npm run build` in its folder.');
} else {
  import(program.href).then(({ main }) => main());
}

function stop(message) {
  console.error(message);
  process.exitCode = 2;
}
