import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Command, reportOutcome, scriptOutcome } from '../../../src/cli/definition/command.ts';
import type { Flags } from '../../../src/cli/definition/flag.ts';
import { runCommand } from '../../../src/cli/run-command.ts';
import { MsgdbError } from '../../../src/model/errors.ts';
import { pretendProcess } from '../../support/run-inside.ts';
import { hostile } from '../report/examples/hostile.ts';
import { verify } from '../report/examples/verify.ts';

function makeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'msgdb-summary-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'summary.md');
}

function commandThat(run: Command['run']): Command {
  return { name: 'verify', group: '', summary: '', description: '', arguments: [], flags: [], examples: [], run };
}

async function runIn(env: Record<string, string>, run: Command['run'], flags: Flags = { format: 'github' }) {
  return await pretendProcess({ cwd: tmpdir(), env }, async (process) =>
    runCommand({ command: commandThat(run), input: { arguments: [], flags } }, process),
  );
}

test('the report is added in Markdown to the summary of the step', async () => {
  const file = makeFile();
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file };
  const { stdout } = await runIn(env, async () => reportOutcome(verify));
  await runIn(env, async () => reportOutcome(hostile));
  const summary = readFileSync(file, 'utf8');
  expect(stdout).toMatch(/^::error /);
  expect(summary).not.toContain('::error');
  expect(summary).toContain(verify.summary);
  expect(summary.match(/^#+ .*msgdb/gm)).toHaveLength(2);
});

test('an error is added too', async () => {
  const file = makeFile();
  const { exitCode } = await runIn({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file }, async () => {
    throw new MsgdbError('MSGDB_LOCK_TIMEOUT', { what: 'chat is locked.' });
  });
  expect(exitCode).toBe(4);
  expect(readFileSync(file, 'utf8')).toContain('chat is locked.');
});

test.each<[string, Record<string, string>, Flags]>([
  ['outside of GitHub Actions', { GITHUB_ACTIONS: '' }, { format: 'github' }],
  ['of another format', { GITHUB_ACTIONS: 'true' }, { format: 'json' }],
])('nothing is added %s', async (_where, env, flags) => {
  const file = makeFile();
  await runIn({ ...env, GITHUB_STEP_SUMMARY: file }, async () => reportOutcome(verify), flags);
  expect(() => readFileSync(file)).toThrow('ENOENT');
});

test('a script is not added', async () => {
  const file = makeFile();
  await runIn({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file }, async () => scriptOutcome('select 1;'));
  expect(() => readFileSync(file)).toThrow('ENOENT');
});

test('a summary that cannot be written is told, and the exit code is that of the report', async () => {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: tmpdir() };
  const { exitCode, stderr } = await runIn(env, async () => reportOutcome({ ...verify, verdict: 'ok', exitCode: 0 }));
  expect(exitCode).toBe(0);
  expect(stderr).toContain('The summary of the step could not be written: EISDIR');
});

test('a report of any length fits into what GitHub takes', async () => {
  const file = makeFile();
  const long = { ...verify, summary: 'ä'.repeat(700_000) };
  await runIn({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file }, async () => reportOutcome(long));
  expect(readFileSync(file).length).toBeLessThan(2 ** 20);
});
