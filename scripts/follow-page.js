// Follows a part of a page word for word, as a reader does: writes the files that it shows, and sends each line to a shell.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The lines of the part under these headings, as steps that are to be done in their order, all in one folder, where `cd`
 * has effect. `tarball` is what `npm install msgdb` installs; `adapt` may change a line, or leave it out with ''.
 */
export function stepsOfPage({ page, headings, folder, tarball, environment, adapt = (line) => line }) {
  let cwd = folder;
  return deedsOf(partsOf(readFileSync(page, 'utf8'), headings)).flatMap(({ file, content, line, exit }) => {
    if (file !== undefined) return [{ title: `writes ${file}`, exit: 0, work: () => write(join(cwd, file), content) }];
    const adapted = adapt(line).replace(/^((?:.* )?npm install (?:--save-dev )?)msgdb$/, `$1${tarball}`);
    if (adapted === '') return [];
    const work = () => {
      const { folder: next, ...result } = send(adapted, cwd, environment);
      cwd = next;
      return result;
    };
    return [{ title: line, exit, work }];
  });
}

function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return { status: 0, output: '' };
}

function send(line, cwd, env) {
  const script = `${line}\nstatus=$?\npwd >&3\nexit $status`;
  const { status, stdout, stderr, output } = spawnSync('bash', ['-c', script], {
    cwd,
    env,
    encoding: 'utf8',
    timeout: 180_000,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  return { status, output: `${stdout}${stderr}`, folder: output?.[3]?.trim() || cwd };
}

function partsOf(text, headings) {
  const parts = text.split(/^(?=##+ )/m);
  return parts
    .filter((part) => headings.some((heading) => part.split('\n')[0].replace(/^#+ /, '') === heading))
    .join('');
}

function deedsOf(text) {
  const blocks = [...text.matchAll(/(?:`((?:migrations|src)\/[^`]+)`:\n\n)?^```(\w+)\n(.*?)^```$/gms)];
  return blocks.flatMap(([, file, language, content]) => {
    if (file !== undefined) return [{ file, content }];
    if (language !== 'sh') return [];
    const lines = content.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    return lines.map((text) => {
      const [line, ...remarks] = text.split(/\s+# /);
      return { line: line.trim(), exit: remarks.join(' ').includes('exit code 1') ? 1 : 0 };
    });
  });
}
