// Puts msgdb beside the programs that `npx` looks for in this folder: npm links the programs of dependencies only, and
// would ask the registry for a package of our name.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../node_modules/.bin/', import.meta.url));
if (existsSync(fileURLToPath(new URL('../node_modules/', import.meta.url))) && process.platform !== 'win32') {
  mkdirSync(folder, { recursive: true });
  rmSync(`${folder}msgdb`, { force: true });
  symlinkSync('../../bin/msgdb.js', `${folder}msgdb`);
}
